using W2SR.Core.Common.Display;

namespace W2SR.Core.Verification;

/// <summary>A verdict in a notebook: the outcome, what was compared, and why.</summary>
internal sealed class VerdictDisplay : IDisplay<Verdict>
{
    public static string Html(Verdict value) =>
        $"<div>{HtmlText.Badge(Word(value), Colour(value))} {HtmlText.Escape(value.Reason)}{HtmlText.Table([], Rows(value))}</div>";

    public static string Text(Verdict value) =>
        $"{Word(value)}: {value.Reason}\n{string.Join('\n', Rows(value).Select(r => $"  {r[0],-12} {r[1]}"))}";

    private static string Word(Verdict verdict) => verdict.Outcome switch
    {
        VerdictOutcome.Correct => "correct",
        VerdictOutcome.Incorrect => "incorrect",
        VerdictOutcome.NoAnswer => "no answer",
        _ => "not verifiable",
    };

    private static string Colour(Verdict verdict) => verdict.Outcome switch
    {
        VerdictOutcome.Correct => "#15803d",
        VerdictOutcome.Incorrect => "#b91c1c",
        _ => "#6b7280",
    };

    private static IEnumerable<string[]> Rows(Verdict verdict)
    {
        yield return ["answer", verdict.PredictedNormal ?? "none"];
        yield return ["reference", verdict.GoldNormal];
        yield return ["found by", verdict.Extraction.ToString()];
        if (verdict.Tier is { } tier) yield return ["compared as", tier.ToString()];
        if (verdict.HasInventedTurn) yield return ["note", "the model went on as somebody else; that part was not read"];
    }
}
