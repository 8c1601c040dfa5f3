using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Experiments;
using W2SR.Core.Handover;
using W2SR.Core.Handover.Returned;
using W2SR.Core.Problems;
using W2SR.Core.Tokens;
using W2SR.Core.Verification;

namespace W2SR.Samples.Handover;

/// <summary>Judges what engines generated, one model after the other under the same conditions.</summary>
internal sealed record ReturnedJudge
{
    /// <summary>The forms of responses that are read.</summary>
    public static string[] Forms => ["llamafactory", "trl", "verl", "vllm", "lighteval"];

    /// <summary>Where prompt and template are taken from, and the problems where no others are named.</summary>
    public required HandoverFolder Handover { get; init; }

    public required SamplingOptions Sampling { get; init; }

    /// <summary>A benchmark file; null for the problems that were handed over.</summary>
    public string? ProblemFile { get; init; }

    /// <summary>Folder of the tokenizer that tells what was cut off where the engine does not say; null leaves lengths unknown.</summary>
    public string? TokenizerFolder { get; init; }

    /// <summary>Judges the problems that were answered only.</summary>
    public bool AnsweredOnly { get; init; }

    /// <summary>Judges, keeps problems, responses, verdicts and result in a folder, and says what was found.</summary>
    public EvaluationResult Judge(string form, string file, string name, string output)
    {
        var problems = ProblemFile is null ? Handover.Problems : BenchmarkFile.ReadAll(ProblemFile);
        var tokenizer = TokenizerFolder is null ? null : HuggingFaceTokenizer.Load(TokenizerFolder);
        var responses = Read(form, file, problems, new ReturnedOptions
        {
            Reasoner = name,
            Prompt = new(Handover.Manifest.Settings["prompt"]),
            MaxNewTokens = Sampling.MaxNewTokens,
            CountTokens = tokenizer is null ? null : text => tokenizer.Encode(text).Length,
        });
        foreach (var failure in responses.Failures.Take(10)) Console.Error.WriteLine("Not taken: " + failure);
        if (responses.Failures.Count > 10) Console.Error.WriteLine($"... and {responses.Failures.Count - 10} more.");
        foreach (var finding in responses.Findings) Console.WriteLine("Look at: " + finding);
        if (AnsweredOnly)
        {
            var ids = responses.Traces.Select(t => t.ProblemId).ToHashSet(StringComparer.Ordinal);
            problems = [.. problems.Where(p => ids.Contains(p.Id))];
        }
        var evaluator = new Evaluator(new MathVerifier()) { Prompt = Handover.PromptText, Template = Handover.Manifest.Settings["template"] };
        using var store = EvaluationStore.Open(output, evaluator.Manifest(ContentHash.OfFile(file), problems, Sampling));
        AtomicFile.WriteText(Path.Combine(output, "problems.jsonl"), string.Concat(problems.Select(p => JsonSerializer.Serialize(p, W2srJson.Line) + "\n")));
        var result = ReturnedRuns.EvaluateAsync(responses, problems, Sampling, evaluator, store).GetAwaiter().GetResult();
        Console.WriteLine($"{result.Name}: {result.Samples.Count} responses to {problems.Count} problems, accuracy {Commands.Percent(result.Accuracy())} ({result.AccuracyInterval()}), cut off {Commands.Percent(result.TruncatedShare())}. In {Path.GetFullPath(store.Folder)}.");
        return result;
    }

    private ReturnedResponses Read(string form, string file, IReadOnlyList<Problem> problems, ReturnedOptions options) => form switch
    {
        "llamafactory" => EngineResponses.ReadLlamaFactory(file, Handover, options),
        "trl" => EngineResponses.ReadTrlCompletions([file], problems, options),
        "verl" => EngineResponses.ReadVerl(file, problems, options),
        "vllm" => EngineResponses.ReadVllmBatch(file, problems, options),
        "lighteval" => EngineResponses.ReadLighteval(file, problems, options),
        _ => throw new ArgumentException($"'{form}' is no form of responses; known are {string.Join(", ", Forms)}."),
    };
}
