using System.CommandLine;
using Spectre.Console;
using W2SR.Core.Common;
using W2SR.Core.Prompts;
using W2SR.Core.Tensors;
using W2SR.Core.Traces;
using W2SR.Samples.GenerateTraces;

var problems = new Argument<string>("problems") { Description = "Problems as JSON lines: GSM8K, MATH and other benchmarks as they are published, or your own with id, question and answer." };
var output = new Option<string>("--out") { Description = "Trace file (JSON lines). A second call with the same settings goes on where the first one stopped.", DefaultValueFactory = _ => "traces.jsonl" };
var teacher = new Option<string>("--teacher") { Description = "A Hugging Face folder, a .gguf file, or the address of a chat server such as http://host:8000/v1 (several: separated by commas).", Required = true };
var model = new Option<string?>("--model") { Description = "The model's name on the server." };
var limit = new Option<int?>("--limit") { Description = "Only the first so many problems." };
var samples = new Option<int>("--samples") { Description = "Traces for each problem.", DefaultValueFactory = _ => 1 };
var temperature = new Option<double>("--temperature") { Description = "0 is greedy.", DefaultValueFactory = _ => 0.7 };
var topP = new Option<double>("--top-p") { Description = "Keeps the smallest set of tokens with this much probability.", DefaultValueFactory = _ => 0.95 };
var tokens = new Option<int>("--max-tokens") { Description = "New tokens at most.", DefaultValueFactory = _ => 2048 };
var seed = new Option<ulong>("--seed") { Description = "Another seed gives other traces.", DefaultValueFactory = _ => 0 };
var concurrency = new Option<int>("--concurrency") { Description = "Requests under way at each server.", DefaultValueFactory = _ => 32 };
var root = new RootCommand("Lets a teacher write reasoning traces. The key of a server is read from the environment variable W2SR_API_KEY.")
{
    problems, output, teacher, model, limit, samples, temperature, topP, tokens, seed, concurrency,
};
root.SetAction(async (parsed, cancellation) =>
{
    var sampling = new SamplingOptions
    {
        Temperature = parsed.GetValue(temperature),
        TopP = parsed.GetValue(topP),
        MaxNewTokens = parsed.GetValue(tokens),
        SamplesPerProblem = parsed.GetValue(samples),
        Seed = parsed.GetValue(seed),
    };
    var source = new TeacherSource(parsed.GetValue(teacher)!, parsed.GetValue(model), parsed.GetValue(concurrency));
    return await Run(parsed.GetValue(problems)!, parsed.GetValue(output)!, parsed.GetValue(limit), source, sampling, cancellation);
});
return await root.Parse(args).InvokeAsync();

static async Task<int> Run(string file, string output, int? limit, TeacherSource source, SamplingOptions sampling, CancellationToken cancellation)
{
    try
    {
        sampling.Validate();
        var problems = W2SR.Core.Problems.BenchmarkFile.ReadAll(file);
        if (limit is { } most) problems = [.. problems.Take(most)];
        var manifest = source.Identity();
        manifest["prompt"] = ReasoningPrompt.Paper.Template;
        manifest["sampling"] = ContentHash.OfValue(sampling);
        manifest["problems"] = ContentHash.OfFile(file);
        manifest["version"] = W2SR.Core.Experiments.WeakToStrongExperiment.Version;
        // Opened before the model: another process at work, or other settings, shows at once.
        using var store = TraceStore.Open(output, manifest);
        using var teacher = await source.OpenAsync(cancellation);
        var traces = await GenerationDisplay.ShowAsync(progress => new TraceGenerator(teacher.Reasoner, sampling).GenerateAsync(problems, store, progress, cancellation));
        TraceSummary.Show(problems, traces);
        AnsiConsole.WriteLine($"{traces.Count} traces in {Path.GetFullPath(output)}");
        return 0;
    }
    catch (OperationCanceledException)
    {
        return Fail($"Stopped. Finished traces are kept; the same command goes on from there ({output}).", 130);
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException or TorchRuntimeException or TraceGenerationException)
    {
        return Fail(e.Message, 1);
    }
}

static int Fail(string message, int code)
{
    Console.Error.WriteLine(message);
    return code;
}
