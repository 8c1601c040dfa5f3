using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Evaluation;

/// <summary>Results made by hand.</summary>
internal static class MeasuredResults
{
    public static EvaluationConditions Conditions { get; } = new() { Problems = "hash", Sampling = new SamplingOptions(), Verifier = "exact-1", Prompt = "{problem}", Template = "chatml" };

    /// <summary>One row a problem, one letter a sample: 'r' right, 'w' wrong, '-' no answer, 'c' wrong and cut off.</summary>
    public static EvaluationResult Of(string name, IReadOnlyList<string> rows, EvaluationConditions? conditions = null, Func<int, EvaluatedProblem>? problem = null) =>
        new(name, conditions ?? Conditions, [.. rows.SelectMany((row, p) => row.Select((letter, s) => new EvaluatedSample(
            $"p{p}", s, letter switch { 'r' => VerdictOutcome.Correct, '-' => VerdictOutcome.NoAnswer, _ => VerdictOutcome.Incorrect },
            letter == 'c' ? FinishReason.Length : FinishReason.Stop, 10 * (s + 1), letter == 'r') { Answer = letter == '-' ? null : letter.ToString() }))])
        { Problems = [.. rows.Select((_, p) => problem?.Invoke(p) ?? new EvaluatedProblem($"p{p}", null, null, null))] };
}
