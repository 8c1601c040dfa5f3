using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Problems;
using W2SR.Core.Traces;

namespace W2SR.Reporting.Reading;

/// <summary>One evaluation folder with everything in it: result, verdicts, responses, and the problems where they were kept.</summary>
internal sealed class MeasuredFolder
{
    private readonly Lazy<EvaluationMetrics> metrics;

    private MeasuredFolder(EvaluationResult result, IReadOnlyList<JudgedResponse> verdicts, IReadOnlyList<Trace> responses, IReadOnlyList<Problem> problems, IReadOnlyDictionary<string, string> made)
    {
        Result = result;
        Verdicts = verdicts;
        Responses = responses.ToDictionary(t => (t.ProblemId, t.SampleIndex), t => t.Response);
        Problems = problems;
        Made = made;
        metrics = new Lazy<EvaluationMetrics>(() => EvaluationMetrics.Compute(result));
    }

    public EvaluationResult Result { get; }

    public EvaluationMetrics Metrics => metrics.Value;

    public IReadOnlyList<JudgedResponse> Verdicts { get; }

    public IReadOnlyDictionary<(string ProblemId, int Sample), string> Responses { get; }

    /// <summary>The problems' texts; empty where they were not kept.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>The manifest of the responses.</summary>
    public IReadOnlyDictionary<string, string> Made { get; }

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The evaluation folder.</param>
    /// <param name="verifier">Who judged; null for the only one, or the first in the order of names.</param>
    /// <param name="problems">The problems as a benchmark file; null for <c>problems.jsonl</c> in the folder.</param>
    /// <exception cref="InvalidOperationException">There is no finished evaluation.</exception>
    public static MeasuredFolder Open(string folder, string? verifier = null, string? problems = null)
    {
        var responses = Path.Combine(folder, "responses.jsonl");
        verifier ??= FindVerifier(folder);
        if (verifier is null || EvaluationStore.FindResult(folder, verifier) is not { } result)
            throw new InvalidOperationException(File.Exists(responses)
                ? $"{folder} holds responses but no result yet: the evaluation was interrupted, or is still running. The same command goes on with it."
                : $"{folder} holds neither results.json of an experiment nor result-VERIFIER.json of an evaluation. Give the folder that --out named.");
        problems ??= Path.Combine(folder, "problems.jsonl");
        return new MeasuredFolder(result, EvaluationStore.FindVerdicts(folder, verifier) ?? [], File.Exists(responses) ? TraceStore.Read(responses) : [],
            File.Exists(problems) ? BenchmarkFile.ReadAll(problems) : [], ReadManifest(TraceStore.ManifestPath(responses)));
    }

    private static string? FindVerifier(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "result-*.json").Order(StringComparer.Ordinal))
        {
            // The file's name may be a stand-in for the verifier's; the result itself says it.
            using var json = Parse(file);
            if (json.RootElement.TryGetProperty("conditions", out var conditions) && conditions.TryGetProperty("verifier", out var name)) return name.GetString();
        }
        return null;
    }

    private static Dictionary<string, string> ReadManifest(string file)
    {
        if (!File.Exists(file)) return [];
        using var json = Parse(file);
        return json.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString());
    }

    private static JsonDocument Parse(string file)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(file));
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(file, null, $"is damaged ({e.Message}). Delete it, and evaluate again; the responses are kept.", e);
        }
    }
}
