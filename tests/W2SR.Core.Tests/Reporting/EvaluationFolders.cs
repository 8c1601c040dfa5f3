using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Reporting;

/// <summary>Evaluation folders with responses made by hand, as <c>samples/Evaluate</c> leaves them.</summary>
internal static class EvaluationFolders
{
    public static Problem[] Sums(int count) => [.. Enumerable.Range(1, count).Select(i => new Problem($"sum-{i}", $"What is {i} + {i}?", $"{2 * i}") { Source = "sums", Level = 1 + i % 2 })];

    /// <summary>Writes a folder.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="name">The model.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="samples">Samples of each.</param>
    /// <param name="respond">What it answers; cut off where it says so.</param>
    public static EvaluationResult Write(string folder, string name, IReadOnlyList<Problem> problems, int samples, Func<Problem, int, (string Text, bool IsCut)> respond)
    {
        var sampling = new SamplingOptions { SamplesPerProblem = samples, MaxNewTokens = 64, Seed = 5 };
        var evaluator = new Evaluator(new MathVerifier()) { Prompt = "{problem}", Template = "none" };
        using var store = EvaluationStore.Open(folder, evaluator.Manifest("hash of " + name, problems, sampling));
        File.WriteAllText(Path.Combine(folder, "problems.jsonl"), string.Concat(problems.Select(p => JsonSerializer.Serialize(p, W2srJson.Line) + "\n")));
        return evaluator.EvaluateAsync(new Scripted(name, respond), problems, sampling, store).GetAwaiter().GetResult();
    }

    private sealed class Scripted(string name, Func<Problem, int, (string Text, bool IsCut)> respond) : IReasoner
    {
        public string Name => name;

        public Task<IReadOnlyList<Trace>> SolveAsync(IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Trace>>([.. problems.SelectMany(p => Enumerable.Range(0, sampling.SamplesPerProblem).Select(s =>
            {
                var (text, isCut) = respond(p, s);
                return new Trace { ProblemId = p.Id, SampleIndex = s, Response = text, FinishReason = isCut ? FinishReason.Length : FinishReason.Stop, ResponseTokens = text.Length / 4 };
            }))]);
    }
}
