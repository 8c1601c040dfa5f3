namespace W2SR.Core.Training;

/// <summary>How the clipped policy objective is averaged.</summary>
public enum PolicyLossType
{
    /// <summary>Mean over responses of the mean over each response's tokens (DeepSeekMath, arXiv:2402.03300).</summary>
    Grpo,

    /// <summary>Mean over all tokens of the update (DAPO, arXiv:2503.14476).</summary>
    Dapo,
}

/// <summary>The policy objective: clipped importance ratios, and a penalty for leaving the reference.</summary>
public sealed record PolicyLossOptions
{
    /// <summary>How it is averaged. Default <see cref="PolicyLossType.Dapo"/>.</summary>
    public PolicyLossType Type { get; init; } = PolicyLossType.Dapo;

    /// <summary>Ratios below 1 - this are clipped. Default 0.2 (PPO, arXiv:1707.06347).</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>Ratios above 1 + this are clipped. Default 0.2; DAPO's "clip higher" is 0.28.</summary>
    public double ClipHigh { get; init; } = 0.2;

    /// <summary>Weight of KL(policy || reference), estimated without bias by k3 = r - 1 - log r. 0 needs no reference model. Default 0.</summary>
    public double Beta { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        if (!(ClipLow > 0 && ClipLow <= 1)) throw new ArgumentOutOfRangeException(nameof(ClipLow), ClipLow, "It must lie in (0, 1].");
        if (!(ClipHigh > 0)) throw new ArgumentOutOfRangeException(nameof(ClipHigh), ClipHigh, "It must be positive.");
        if (!(Beta >= 0)) throw new ArgumentOutOfRangeException(nameof(Beta), Beta, "It must not be negative.");
    }
}
