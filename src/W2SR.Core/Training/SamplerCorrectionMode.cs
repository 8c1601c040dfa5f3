namespace W2SR.Core.Training;

/// <summary>What happens to importance ratios between the trainer's and the sampler's log-probs that leave their range.</summary>
public enum SamplerCorrectionMode
{
    /// <summary>Each token's ratio is clipped to the range.</summary>
    TokenTruncate,

    /// <summary>A token whose ratio leaves the range does not train.</summary>
    TokenMask,

    /// <summary>The product over the response is clipped to the range.</summary>
    SequenceTruncate,

    /// <summary>A response whose product leaves the range does not train (TRL's default).</summary>
    SequenceMask,
}
