using W2SR.Core.Common.Display;

namespace W2SR.Core.Verification;

/// <summary>What a verifier found, and why.</summary>
/// <param name="Outcome">Correct, incorrect, no answer, or not verifiable.</param>
/// <param name="Tier">The kind of comparison that decided, or null when none was made.</param>
/// <param name="Extraction">The rule that found the answer in the response.</param>
/// <param name="GoldNormal">The reference answer in normal form.</param>
/// <param name="PredictedNormal">The extracted answer in normal form, or null when there is none.</param>
/// <param name="Reason">One sentence for a reader.</param>
[TypeFormatterSource(typeof(DisplaySource<Verdict, VerdictDisplay>))]
public sealed record Verdict(
    VerdictOutcome Outcome,
    EquivalenceTier? Tier,
    ExtractionRule Extraction,
    string GoldNormal,
    string? PredictedNormal,
    string Reason)
{
    /// <summary>True when the answer was found and equals the reference.</summary>
    public bool IsCorrect => Outcome == VerdictOutcome.Correct;

    /// <summary>True when the model went on after its answer as somebody else ("user:"); the text from there on was not read.</summary>
    public bool HasInventedTurn { get; init; }
}
