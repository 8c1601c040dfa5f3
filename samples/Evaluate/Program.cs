using System.CommandLine;
using Spectre.Console;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Experiments;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Tensors;
using W2SR.Core.Traces;
using W2SR.Core.Verification;
using W2SR.Samples;
using W2SR.Samples.Evaluate;

var benchmark = new Argument<string>("benchmark") { Description = "Problems as JSON lines: GSM8K, MATH, MATH-500, OlympiadBench, Minerva, AMC, AIME, GPQA, SVAMP, MAWPS as they are published, or your own with question and answer." };
var model = new Option<string>("--model") { Description = "A Hugging Face folder, a .gguf file, or the address of a chat server such as http://host:8000/v1 (several: separated by commas).", Required = true };
var serverModel = new Option<string?>("--server-model") { Description = "The model's name on the server." };
var name = new Option<string?>("--name") { Description = "Name for tables and reports. Default: the name of the folder, file or server's model." };
var output = new Option<string>("--out") { Description = "Evaluation folder. A second call with the same settings goes on where the first one stopped.", DefaultValueFactory = _ => "evaluation" };
var limit = new Option<int?>("--limit") { Description = "Only the first so many problems." };
var samples = new Option<int>("--samples") { Description = "Responses for each problem.", DefaultValueFactory = _ => 1 };
var temperature = new Option<double>("--temperature") { Description = "0 is greedy.", DefaultValueFactory = _ => 0.6 };
var topP = new Option<double>("--top-p") { Description = "Keeps the smallest set of tokens with this much probability.", DefaultValueFactory = _ => 1 };
var tokens = new Option<int>("--max-tokens") { Description = "New tokens at most.", DefaultValueFactory = _ => 2048 };
var stop = new Option<string[]>("--stop") { Description = "A text that ends a response; may be given several times. Useful with --few-shot, such as --stop \"Question:\".", DefaultValueFactory = _ => [] };
var seed = new Option<ulong>("--seed") { Description = "Another seed gives other responses.", DefaultValueFactory = _ => 0 };
var optionSeed = new Option<ulong>("--option-seed") { Description = "Seed of the order of multiple-choice options (GPQA).", DefaultValueFactory = _ => 0 };
var fewShot = new Option<string?>("--few-shot") { Description = "Prompt with worked examples as JSON: {\"layout\": ..., \"examples\": [{\"question\", \"solution\"}]}. Default: the paper's prompt." };
var isBase = new Option<bool>("--base") { Description = "Leaves the chat template aside: problems are put as plain text, as a base model reads them." };
var type = new Option<string>("--type") { Description = "What to compute in.", DefaultValueFactory = _ => "float32" };
type.AcceptOnlyFromAmong("float32", "bfloat16");
var chunk = new Option<int?>("--chunk") { Description = "Problems that are answered and kept together; an interruption loses so many at most. Default: each response is kept at once where that changes none (servers, and models that answer alike in any batch), else 32." };
var concurrency = new Option<int>("--concurrency") { Description = "Requests under way at each server.", DefaultValueFactory = _ => 32 };
var root = new RootCommand("Measures a model on a benchmark: accuracy, pass@k and maj@k with 95% intervals. The key of a server is read from the environment variable W2SR_API_KEY.")
{
    benchmark, model, serverModel, name, output, limit, samples, temperature, topP, tokens, stop, seed, optionSeed, fewShot, isBase, type, chunk, concurrency,
};
root.SetAction((parsed, cancellation) =>
{
    var sampling = new SamplingOptions
    {
        Temperature = parsed.GetValue(temperature),
        TopP = parsed.GetValue(topP),
        MaxNewTokens = parsed.GetValue(tokens),
        StopStrings = parsed.GetValue(stop)!,
        SamplesPerProblem = parsed.GetValue(samples),
        Seed = parsed.GetValue(seed),
    };
    var settings = new EvaluateSettings(parsed.GetValue(benchmark)!, parsed.GetValue(output)!, parsed.GetValue(limit), parsed.GetValue(chunk), sampling)
    {
        FewShotFile = parsed.GetValue(fewShot),
        OptionSeed = parsed.GetValue(optionSeed),
    };
    var source = new ModelSource(parsed.GetValue(model)!, parsed.GetValue(serverModel), parsed.GetValue(concurrency), parsed.GetValue(type)!, parsed.GetValue(isBase), parsed.GetValue(name));
    return LongRun.RunAsync(() => RunAsync(settings, source, cancellation), $"Stopped. What was finished is kept; the same command goes on from there ({settings.Output}).");
});
return await LongRun.InvokeAsync(root, args);

static async Task<int> RunAsync(EvaluateSettings settings, ModelSource source, CancellationToken cancellation)
{
    settings.Sampling.Validate();
    var prompt = settings.FewShotFile is { } file ? FewShotPrompt.FromFile(file) : ReasoningPrompt.Paper;
    var problems = BenchmarkFile.ReadAll(settings.Benchmark, optionSeed: settings.OptionSeed);
    if (settings.Limit is { } most) problems = [.. problems.Take(most)];
    var identity = source.Identity();
    using var open = await source.OpenAsync(prompt, cancellation);
    var evaluator = new Evaluator(new MathVerifier()) { Prompt = prompt.Template, Template = open.Template };
    var manifest = new Dictionary<string, string>(evaluator.Manifest(identity, problems, settings.Sampling)) { ["type"] = source.Type, ["version"] = Experiment.Version };
    using var store = EvaluationStore.Open(settings.Output, manifest);
    EvaluationFiles.WriteProblems(settings.Output, problems);
    var result = await EvaluationDisplay.ShowAsync(progress =>
        evaluator.EvaluateAsync(open.Reasoner, problems, settings.Sampling, store, progress, settings.ChunkSize ?? open.ChunkSize, cancellation));
    var metrics = EvaluationMetrics.Compute(result);
    EvaluationFiles.WriteMetrics(settings.Output, result, metrics, manifest);
    EvaluationTables.Show(result, metrics);
    AnsiConsole.WriteLine($"Written to {Path.GetFullPath(settings.Output)}: responses, verdicts, evaluation.json.");
    AnsiConsole.WriteLine($"As a page with figures and single traces: dotnet run -c Release --project samples/Report -- {settings.Output}");
    return 0;
}
