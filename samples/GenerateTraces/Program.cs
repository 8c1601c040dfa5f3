using System.CommandLine;
using Spectre.Console;
using W2SR.Core.Common;
using W2SR.Core.Tensors;
using W2SR.Core.Traces;
using W2SR.Samples;
using W2SR.Samples.GenerateTraces;

var problems = new Argument<string?>("problems") { Description = "Problems as JSON lines: GSM8K, MATH and other benchmarks as they are published, or your own with id, question and answer.", Arity = ArgumentArity.ZeroOrOne };
var output = new Option<string>("--out") { Description = "Trace file (JSON lines). A second call with the same settings goes on where the first one stopped.", DefaultValueFactory = _ => "traces.jsonl" };
var teacher = new Option<string>("--teacher") { Description = "A Hugging Face folder, a .gguf file, or the address of a chat server such as http://host:8000/v1 (several: separated by commas).", Required = true };
var model = new Option<string?>("--model") { Description = "The model's name on the server." };
var vllm = new Option<bool>("--vllm") { Description = "The server is vLLM: up to 16 samples of a problem in one request, and every sampling key sent." };
var system = new Option<string?>("--system") { Description = "A system message before each problem, for servers." };
var logProbs = new Option<bool>("--log-probs") { Description = "Keeps the log-probability of each token, from servers that send it." };
var probe = new Option<bool>("--probe") { Description = "Only asks the servers what would go wrong, and stops. Otherwise they are asked that first and traces follow." };
var noProbe = new Option<bool>("--no-probe") { Description = "Sends the requests without asking first." };
var serveScript = new Option<string?>("--serve-script") { Description = "Writes a script that serves --teacher (a folder or a name on the hub) with vLLM, and stops." };
var parser = new Option<string?>("--reasoning-parser") { Description = "For --serve-script: takes thinking apart from answers, such as qwen3 or deepseek_r1." };
var context = new Option<int>("--context") { Description = "For --serve-script: tokens of prompt and response together.", DefaultValueFactory = _ => 8192 };
var limit = new Option<int?>("--limit") { Description = "Only the first so many problems." };
var samples = new Option<int>("--samples") { Description = "Traces for each problem.", DefaultValueFactory = _ => 1 };
var temperature = new Option<double>("--temperature") { Description = "0 is greedy.", DefaultValueFactory = _ => 0.7 };
var topP = new Option<double>("--top-p") { Description = "Keeps the smallest set of tokens with this much probability.", DefaultValueFactory = _ => 0.95 };
var tokens = new Option<int>("--max-tokens") { Description = "New tokens at most.", DefaultValueFactory = _ => 2048 };
var seed = new Option<ulong>("--seed") { Description = "Another seed gives other traces.", DefaultValueFactory = _ => 0 };
var concurrency = new Option<int>("--concurrency") { Description = "Requests under way at each server.", DefaultValueFactory = _ => 32 };
var root = new RootCommand("Lets a teacher write reasoning traces. The key of a server is read from the environment variable W2SR_API_KEY.")
{
    problems, output, teacher, model, vllm, system, logProbs, probe, noProbe, serveScript, parser, context, limit, samples, temperature, topP, tokens, seed, concurrency,
};
root.SetAction((parsed, cancellation) => LongRun.RunAsync(() => RunAsync(parsed, cancellation), $"Stopped. Finished traces are kept; the same command goes on from there ({parsed.GetValue(output)})."));
return await LongRun.InvokeAsync(root, args);

async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
{
    if (parsed.GetValue(serveScript) is { } script)
    {
        var serve = new VllmServeOptions { Model = parsed.GetValue(teacher)!, ReasoningParser = parsed.GetValue(parser), MaxModelLength = parsed.GetValue(context) };
        if (parsed.GetValue(model) is { } name) serve = serve with { ServedModelName = name };
        VllmServeScript.Write(script, serve);
        Console.WriteLine($"{script} serves {serve.Model}. Then: --teacher http://HOST:{serve.Port}/v1 --model {serve.ServedModelName} --vllm");
        return 0;
    }
    if (parsed.GetValue(problems) is not { } file) throw new ArgumentException("Name a file of problems.");
    var sampling = new SamplingOptions
    {
        Temperature = parsed.GetValue(temperature),
        TopP = parsed.GetValue(topP),
        MaxNewTokens = parsed.GetValue(tokens),
        SamplesPerProblem = parsed.GetValue(samples),
        Seed = parsed.GetValue(seed),
    };
    var source = new TeacherSource(parsed.GetValue(teacher)!, parsed.GetValue(model), (parsed.GetValue(vllm) ? ChatClientTeacherOptions.Vllm : new ChatClientTeacherOptions()) with
    {
        MaxConcurrency = parsed.GetValue(concurrency),
        SystemMessage = parsed.GetValue(system),
        WithLogProbs = parsed.GetValue(logProbs),
    });
    var run = new GenerationRun(file, parsed.GetValue(output)!, parsed.GetValue(limit), source, sampling);
    return parsed.GetValue(probe) ? await run.ProbeAsync(cancellation) : await run.GenerateAsync(asksFirst: !parsed.GetValue(noProbe), cancellation);
}
