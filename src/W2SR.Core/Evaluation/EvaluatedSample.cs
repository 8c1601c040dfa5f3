using W2SR.Core.Common;
using W2SR.Core.Verification;

namespace W2SR.Core.Evaluation;

/// <summary>One judged response.</summary>
/// <param name="ProblemId">Which problem.</param>
/// <param name="SampleIndex">Which of its samples.</param>
/// <param name="Outcome">The verdict.</param>
/// <param name="FinishReason">Why the response ended.</param>
/// <param name="ResponseTokens">Its length.</param>
/// <param name="Reasons">True when it shows work before its answer.</param>
public sealed record EvaluatedSample(
    string ProblemId, int SampleIndex, VerdictOutcome Outcome, FinishReason FinishReason, int ResponseTokens, bool Reasons)
{
    /// <summary>The answer in the verifier's normal form, for majority votes; null when there is none.</summary>
    public string? Answer { get; init; }

    /// <summary>True when the answer equals the reference.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsCorrect => Outcome == VerdictOutcome.Correct;

    /// <summary>True when the model did not end the response itself.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsCutOff => FinishReason != FinishReason.Stop;
}
