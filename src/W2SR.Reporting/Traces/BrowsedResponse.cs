using W2SR.Core.Common;
using W2SR.Core.Verification;

namespace W2SR.Reporting.Traces;

/// <summary>One response with its verdict.</summary>
/// <param name="Sample">Which of the problem's samples.</param>
/// <param name="Verdict">What the verifier found, and why.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="Tokens">Its length; 0 when unknown.</param>
/// <param name="Pieces">The text in pieces.</param>
public sealed record BrowsedResponse(int Sample, Verdict Verdict, FinishReason FinishReason, int Tokens, IReadOnlyList<TextPiece> Pieces)
{
    /// <summary>True when the answer equals the reference.</summary>
    public bool IsCorrect => Verdict.IsCorrect;

    /// <summary>True when the model did not end it itself.</summary>
    public bool IsCutOff => FinishReason != FinishReason.Stop;
}
