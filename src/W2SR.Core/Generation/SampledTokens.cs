namespace W2SR.Core.Generation;

/// <summary>One drawn token for each row.</summary>
/// <param name="Ids">The tokens.</param>
/// <param name="LogProbs">Their log-probabilities under the distribution they were drawn from; null unless asked for.</param>
public sealed record SampledTokens(int[] Ids, float[]? LogProbs);
