namespace W2SR.Core.Training;

/// <summary>
/// Weighs tokens by trainer over sampler probability, for rollouts whose sampler computes a little differently from the trainer (other precision,
/// quantized weights, filters such as top-p). Needs one more forward pass for each rollout.
/// </summary>
public sealed record SamplerCorrectionOptions
{
    /// <summary>By token or by response, clipped or left out. Default <see cref="SamplerCorrectionMode.SequenceMask"/> (TRL).</summary>
    public SamplerCorrectionMode Mode { get; init; } = SamplerCorrectionMode.SequenceMask;

    /// <summary>Smallest ratio; null for none (TRL).</summary>
    public double? Min { get; init; }

    /// <summary>Largest ratio; null for none. Default 3 (TRL).</summary>
    public double? Max { get; init; } = 3;

    /// <summary>True for one ratio for each response.</summary>
    internal bool IsBySequence => Mode is SamplerCorrectionMode.SequenceTruncate or SamplerCorrectionMode.SequenceMask;

    /// <summary>True when ratios outside the range become its nearest end.</summary>
    internal bool Truncates => Mode is SamplerCorrectionMode.TokenTruncate or SamplerCorrectionMode.SequenceTruncate;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">The range is empty, or does not hold 1, the ratio of a sampler that agrees.</exception>
    public void Validate()
    {
        if (Min is not null and not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(Min), Min, "It must lie between 0 and 1: a ratio of 1 means that sampler and trainer agree.");
        if (Max is not null and not >= 1)
            throw new ArgumentOutOfRangeException(nameof(Max), Max, "It must be at least 1: a ratio of 1 means that sampler and trainer agree.");
    }
}
