using System.CommandLine;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Experiments;
using W2SR.Core.Handover;
using W2SR.Core.Handover.Returned;
using W2SR.Core.Problems;
using W2SR.Core.Tokens;
using W2SR.Core.Verification;

namespace W2SR.Samples.Handover;

/// <summary><c>judge FORM FILE</c>: responses of an engine into an evaluation folder, with verdicts.</summary>
internal static class JudgeCommand
{
    private static readonly Argument<string> Form = new("form") { Description = "llamafactory (generated_predictions.jsonl), trl (completions parquet), verl (STEP.jsonl), vllm (run-batch output), lighteval (details parquet)." };
    private static readonly Argument<string> Responses = new("file") { Description = "The responses." };
    private static readonly Option<string> Handover = new("--handover") { Description = "The hand-over that the engine was given: problems, prompt and template are taken from it.", Required = true };
    private static readonly Option<string?> ProblemFile = new("--problems") { Description = "Problems that were answered, when they are others than those of the hand-over." };
    private static readonly Option<string> Name = new("--name") { Description = "Name of the model.", Required = true };
    private static readonly Option<string> Output = new("--out") { Description = "Evaluation folder.", Required = true };
    private static readonly Option<double> Temperature = new("--temperature") { Description = "How the engine drew.", DefaultValueFactory = _ => 0.6 };
    private static readonly Option<double> TopP = new("--top-p") { Description = "How the engine drew.", DefaultValueFactory = _ => 0.95 };
    private static readonly Option<int> TopK = new("--top-k") { Description = "How the engine drew." };
    private static readonly Option<int> MaxTokens = new("--max-tokens") { Description = "New tokens at most.", DefaultValueFactory = _ => 4096 };
    private static readonly Option<int> Samples = new("--samples") { Description = "Responses for each problem.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Tokenizer = new("--tokenizer") { Description = "Folder with the model's tokenizer, to tell what was cut off where the engine does not say." };
    private static readonly Option<bool> Answered = new("--answered") { Description = "Judges the problems that were answered only; every model to compare must have answered the same ones." };

    public static Command Create()
    {
        Form.AcceptOnlyFromAmong("llamafactory", "trl", "verl", "vllm", "lighteval");
        var command = new Command("judge", "Judges responses that an engine generated, and keeps responses, verdicts and result in an evaluation folder.")
        {
            Form, Responses, Handover, ProblemFile, Name, Output, Temperature, TopP, TopK, MaxTokens, Samples, Tokenizer, Answered,
        };
        command.SetAction(parsed => Commands.Run(() => Judge(parsed)));
        return command;
    }

    private static int Judge(ParseResult parsed)
    {
        var folder = HandoverFolder.Open(parsed.GetValue(Handover)!);
        var problems = parsed.GetValue(ProblemFile) is { } file ? BenchmarkFile.ReadAll(file) : folder.Problems;
        var sampling = new SamplingOptions
        {
            Temperature = parsed.GetValue(Temperature),
            TopP = parsed.GetValue(TopP),
            TopK = parsed.GetValue(TopK),
            MaxNewTokens = parsed.GetValue(MaxTokens),
            SamplesPerProblem = parsed.GetValue(Samples),
        };
        sampling.Validate();
        var tokenizer = parsed.GetValue(Tokenizer) is { } path ? HuggingFaceTokenizer.Load(path) : null;
        var options = new ReturnedOptions
        {
            Reasoner = parsed.GetValue(Name)!,
            Prompt = new(folder.Manifest.Settings["prompt"]),
            MaxNewTokens = sampling.MaxNewTokens,
            CountTokens = tokenizer is null ? null : text => tokenizer.Encode(text).Length,
        };
        var responses = Read(parsed.GetValue(Form)!, parsed.GetValue(Responses)!, folder, problems, options);
        foreach (var failure in responses.Failures.Take(10)) Console.Error.WriteLine("Not taken: " + failure);
        if (responses.Failures.Count > 10) Console.Error.WriteLine($"... and {responses.Failures.Count - 10} more.");
        foreach (var finding in responses.Findings) Console.WriteLine("Look at: " + finding);
        if (parsed.GetValue(Answered))
        {
            var ids = responses.Traces.Select(t => t.ProblemId).ToHashSet(StringComparer.Ordinal);
            problems = [.. problems.Where(p => ids.Contains(p.Id))];
        }
        var evaluator = new Evaluator(new MathVerifier()) { Prompt = folder.PromptText, Template = folder.Manifest.Settings["template"] };
        using var store = EvaluationStore.Open(parsed.GetValue(Output)!, evaluator.Manifest(ContentHash.OfFile(parsed.GetValue(Responses)!), problems, sampling));
        var result = ReturnedRuns.EvaluateAsync(responses, problems, sampling, evaluator, store).GetAwaiter().GetResult();
        Console.WriteLine($"{result.Name}: {result.Samples.Count} responses to {problems.Count} problems, accuracy {Commands.Percent(result.Accuracy())} ({result.AccuracyInterval()}), cut off {Commands.Percent(result.TruncatedShare())}. In {Path.GetFullPath(store.Folder)}.");
        return 0;
    }

    private static ReturnedResponses Read(string form, string file, HandoverFolder folder, IReadOnlyList<Problem> problems, ReturnedOptions options) => form switch
    {
        "llamafactory" => EngineResponses.ReadLlamaFactory(file, folder, options),
        "trl" => EngineResponses.ReadTrlCompletions([file], problems, options),
        "verl" => EngineResponses.ReadVerl(file, problems, options),
        "vllm" => EngineResponses.ReadVllmBatch(file, problems, options),
        _ => EngineResponses.ReadLighteval(file, problems, options),
    };
}
