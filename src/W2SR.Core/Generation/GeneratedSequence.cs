using W2SR.Core.Common;

namespace W2SR.Core.Generation;

/// <summary>What a model wrote after one prompt.</summary>
/// <param name="Ids">The new ids, the end id included when the model wrote one.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="LogProbs">Log-probability of each id under the distribution it was drawn from; null unless asked for.</param>
public sealed record GeneratedSequence(int[] Ids, FinishReason FinishReason, float[]? LogProbs)
{
    /// <summary>True when the sequence went round in a loop: an n-gram of up to 64 tokens, at least four times and over at least 64 tokens.</summary>
    public bool HasRepetition { get; init; }

    /// <summary>The text before the stop string that ended the sequence; null when none did.</summary>
    public string? TextBeforeStop { get; init; }
}
