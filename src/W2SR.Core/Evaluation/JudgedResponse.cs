using W2SR.Core.Common;
using W2SR.Core.Verification;

namespace W2SR.Core.Evaluation;

/// <summary>One response with the whole verdict, as <see cref="EvaluationStore"/> keeps it; the text lies beside it in the responses.</summary>
/// <param name="ProblemId">Which problem.</param>
/// <param name="SampleIndex">Which of its samples.</param>
/// <param name="Verdict">What the verifier found, and why.</param>
/// <param name="FinishReason">Why the response ended.</param>
/// <param name="PromptTokens">Tokens of the prompt; 0 when unknown.</param>
/// <param name="ResponseTokens">Tokens of the response; 0 when unknown.</param>
/// <param name="Reasons">True when it shows work before its answer.</param>
public sealed record JudgedResponse(
    string ProblemId, int SampleIndex, Verdict Verdict, FinishReason FinishReason, int PromptTokens, int ResponseTokens, bool Reasons)
{
    /// <summary>What metrics need of it.</summary>
    public EvaluatedSample ToSample() =>
        new(ProblemId, SampleIndex, Verdict.Outcome, FinishReason, ResponseTokens, Reasons) { Answer = Verdict.PredictedNormal };
}
