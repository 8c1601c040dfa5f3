using W2SR.Core.Common;
using W2SR.Core.Problems;

namespace W2SR.Core.Training;

/// <summary>What a reward looks at: one response to one problem.</summary>
/// <param name="Problem">The problem with its reference answer.</param>
/// <param name="Response">The decoded response.</param>
/// <param name="ResponseIds">Its tokens, the end token included when there is one.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="SampleIndex">Which response of its group, from 0.</param>
/// <param name="Step">The training step, from 1.</param>
public sealed record RewardSample(Problem Problem, string Response, IReadOnlyList<int> ResponseIds, FinishReason FinishReason, int SampleIndex, int Step)
{
    /// <summary>What messages call it.</summary>
    public string Name => $"sample {SampleIndex} of problem '{Problem.Id}' in step {Step}";
}
