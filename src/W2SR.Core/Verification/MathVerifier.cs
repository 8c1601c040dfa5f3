using W2SR.Core.Problems;
using W2SR.Core.Verification.Mathematics;

namespace W2SR.Core.Verification;

/// <summary>
/// Judges mathematical answers exactly: reads reference and prediction, LaTeX or plain, as values and compares them tier by tier. Pure, deterministic,
/// thread-safe, and bounded by counted steps, digits and depth: the same verdict on any machine. Never throws on a model's text.
/// </summary>
/// <remarks>docs/verification.md states the conventions (which box counts, units, percent, decimals, sets and tuples).</remarks>
public sealed class MathVerifier : IVerifier
{
    /// <inheritdoc/>
    public string Name => "math-1";

    /// <summary>Falls back to the last formula or number of a response that states no answer. Off by default: a reward should not guess.</summary>
    public bool AllowLastExpression { get; init; }

    /// <inheritdoc/>
    public Verdict Verify(Problem problem, string response)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Verify(problem.Answer, response);
    }

    /// <summary>Judges one response against a bare reference answer.</summary>
    /// <param name="gold">The reference answer, LaTeX or plain.</param>
    /// <param name="response">What the model wrote, thinking included.</param>
    public Verdict Verify(string gold, string response)
    {
        ArgumentNullException.ThrowIfNull(gold);
        ArgumentNullException.ThrowIfNull(response);
        return Judge(gold, response, new WorkBudget(), AllowLastExpression);
    }

    /// <summary>The same with a budget of the caller's.</summary>
    internal static Verdict Judge(string gold, string response, WorkBudget budget, bool allowLastExpression = false)
    {
        var extracted = AnswerExtractor.Extract(response, allowLastExpression);
        var verdict = Judge(gold.Trim(), extracted.Text, extracted.Rule, budget);
        return extracted.HasInventedTurn ? verdict with { HasInventedTurn = true } : verdict;
    }

    private static Verdict Judge(string gold, string? answer, ExtractionRule rule, WorkBudget budget)
    {
        if (gold.Length == 0) return new Verdict(VerdictOutcome.Unverifiable, null, rule, "", answer, "The reference answer is empty.");
        if (answer is null) return new Verdict(VerdictOutcome.NoAnswer, null, rule, gold, null, "The response states no answer.");
        var goldTokens = Tokenizer.Run(gold);
        if (goldTokens is null || goldTokens.Count == 0) return Unread(gold, answer, rule);
        var golden = Parser.Parse([.. goldTokens]);
        var goldNormal = golden is null ? gold : Renderer.Render(golden);
        if (answer == gold) return new Verdict(VerdictOutcome.Correct, EquivalenceTier.Textual, rule, goldNormal, goldNormal, "Equal text.");
        var tokens = Tokenizer.Run(answer);
        if (tokens is null) return new Verdict(VerdictOutcome.Incorrect, null, rule, goldNormal, Shorten(answer), "The answer is too long to be one.");
        var predicted = Parser.Parse([.. tokens]);
        if (TokenText.AreSame(goldTokens, tokens, golden is { Kind: NodeKind.Text }))
            return new Verdict(VerdictOutcome.Correct, EquivalenceTier.Textual, rule, goldNormal, goldNormal, "Equal text after normalisation.");
        if (golden is null) return Unread(gold, answer, rule);
        if (predicted is null) return new Verdict(VerdictOutcome.Incorrect, EquivalenceTier.Textual, rule, goldNormal, Shorten(answer), "The answer is not understood as a value.");
        var comparison = new AnswerEquivalence(budget);
        var isEqual = comparison.AreEqual(golden, predicted);
        return new Verdict(isEqual ? VerdictOutcome.Correct : VerdictOutcome.Incorrect, comparison.Tier, rule, goldNormal, Renderer.Render(predicted),
            isEqual ? "Equal values." : comparison.IsUndefined ? "The answer divides by zero or is too large to compare." : "Different values.");
    }

    private static Verdict Unread(string gold, string answer, ExtractionRule rule) => answer == gold
        ? new Verdict(VerdictOutcome.Correct, EquivalenceTier.Textual, rule, gold, gold, "Equal text.")
        : new Verdict(VerdictOutcome.Unverifiable, null, rule, gold, Shorten(answer), "The reference answer is not understood, and the texts differ.");

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "...";
}
