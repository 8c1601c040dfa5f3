using System.Globalization;
using System.Numerics;
using W2SR.Core.Problems;

namespace W2SR.Core.Verification;

/// <summary>
/// Compares answers as text and as exact numbers: integers, decimals and plain or LaTeX fractions of any size. Anything else must be equal
/// after blanks and dollar signs are taken away. For procedural problems and GSM8K-like answers.
/// </summary>
public sealed class ExactVerifier : IVerifier
{
    private const int LongestNumber = 1000;

    /// <inheritdoc/>
    public string Name => "exact-1";

    /// <inheritdoc/>
    public Verdict Verify(Problem problem, string response)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(response);
        var gold = Normalize(problem.Answer);
        if (gold.Length == 0)
            return new Verdict(VerdictOutcome.Unverifiable, null, ExtractionRule.None, gold, null, "The reference answer is empty.");
        var (answer, rule, hasInventedTurn) = AnswerExtractor.Extract(response);
        if (answer is null)
            return new Verdict(VerdictOutcome.NoAnswer, null, rule, gold, null, "The response states no answer.") { HasInventedTurn = hasInventedTurn };
        var predicted = Normalize(answer);
        if (predicted == gold)
            return new Verdict(VerdictOutcome.Correct, EquivalenceTier.Textual, rule, gold, predicted, "Equal text.") { HasInventedTurn = hasInventedTurn };
        if (Parse(gold) is { } goldValue && Parse(predicted) is { } value)
        {
            var isEqual = goldValue.Numerator * value.Denominator == value.Numerator * goldValue.Denominator;
            return new Verdict(isEqual ? VerdictOutcome.Correct : VerdictOutcome.Incorrect, EquivalenceTier.Exact, rule, gold, predicted,
                isEqual ? "Equal numbers." : "Different numbers.")
            { HasInventedTurn = hasInventedTurn };
        }
        return new Verdict(VerdictOutcome.Incorrect, EquivalenceTier.Textual, rule, gold, predicted, "Different text.") { HasInventedTurn = hasInventedTurn };
    }

    private static string Normalize(string text) =>
        text.Replace("$", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).Replace(@"\dfrac", @"\frac", StringComparison.Ordinal).Trim().TrimEnd('.');

    private static (BigInteger Numerator, BigInteger Denominator)? Parse(string text)
    {
        if (text.Length > LongestNumber) return null;
        if (text.StartsWith(@"\frac{", StringComparison.Ordinal) && text.EndsWith('}') && text.IndexOf("}{", StringComparison.Ordinal) is var middle and > 0)
            text = $"{text[6..middle]}/{text[(middle + 2)..^1]}";
        var parts = text.Split('/');
        if (parts.Length > 2 || Number(parts[0]) is not { } left) return null;
        if (parts.Length == 1) return left;
        return Number(parts[1]) is { } right && !right.Numerator.IsZero
            ? (left.Numerator * right.Denominator, left.Denominator * right.Numerator)
            : null;
    }

    private static (BigInteger Numerator, BigInteger Denominator)? Number(string text)
    {
        // 1,234 is a number; 1,2 is a list.
        var groups = text.Split(',');
        if (groups.Length > 1 && (groups[0].TrimStart('-').Length is 0 or > 3 || groups.Skip(1).Any(g => g.Split('.')[0].Length != 3))) return null;
        text = string.Concat(groups);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var places = point < 0 ? 0 : text.Length - point - 1;
        var digits = point < 0 ? text : text.Remove(point, 1);
        return BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? (value, BigInteger.Pow(10, places))
            : null;
    }
}
