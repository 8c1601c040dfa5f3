namespace W2SR.Core.Training;

/// <summary>One response as a policy update sees it.</summary>
/// <param name="Example">Prompt and response.</param>
/// <param name="Advantage">How much better than its group it was.</param>
/// <param name="SamplerLogProbs">Log-prob of each response token under the distribution it was drawn from.</param>
internal sealed record PolicySample(TrainingExample Example, double Advantage, float[] SamplerLogProbs)
{
    /// <summary>Log-probs under the policy that ratios are taken to: the sampler's, unless the trainer computed them anew.</summary>
    public float[] OldLogProbs { get; init; } = SamplerLogProbs;
}

/// <summary>Responses that go through the model together, and how their part of the loss is scaled.</summary>
/// <param name="Samples">At least one.</param>
/// <param name="Scale">What their sums are divided by.</param>
internal sealed record PolicyMicroBatch(IReadOnlyList<PolicySample> Samples, PolicyLossScale Scale);
