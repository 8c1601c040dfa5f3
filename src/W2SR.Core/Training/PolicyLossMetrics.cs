namespace W2SR.Core.Training;

/// <summary>What one micro-batch's objective looked like, as means over its trained tokens (over its responses where a value belongs to a response).</summary>
internal sealed record PolicyLossMetrics
{
    /// <summary>Trained tokens.</summary>
    public required double Tokens { get; init; }

    /// <summary>The loss without the entropy bonus.</summary>
    public required double PolicyLoss { get; init; }

    /// <summary>Entropy of the policy; null where it was not computed.</summary>
    public double? Entropy { get; init; }

    /// <summary>Estimate of KL(policy || reference), as it enters the loss.</summary>
    public double? Kl { get; init; }

    /// <summary>Share of ratios below the lower bound at negative advantage: they have no gradient.</summary>
    public double? ClippedLow { get; init; }

    /// <summary>Share of ratios above the upper bound at positive advantage: they have no gradient.</summary>
    public double? ClippedHigh { get; init; }

    /// <summary>Smallest <see cref="ClippedLow"/> of a response.</summary>
    public double? ClippedLowMin { get; init; }

    /// <summary>Largest <see cref="ClippedHigh"/> of a response.</summary>
    public double? ClippedHighMax { get; init; }

    /// <summary>Mean weight of a response in VESPO.</summary>
    public double? SequenceWeight { get; init; }

    /// <summary>Share of ratios that were clipped on either side.</summary>
    public double? Clipped => ClippedLow + ClippedHigh;
}
