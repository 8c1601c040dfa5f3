namespace W2SR.Core.Training;

/// <summary>The policy objective: importance ratios and their bounds, a penalty for leaving the reference, and which tokens count.</summary>
public sealed record PolicyLossOptions
{
    /// <summary>What is summed and how it is averaged. Default <see cref="PolicyLossType.Dapo"/>.</summary>
    public PolicyLossType Type { get; init; } = PolicyLossType.Dapo;

    /// <summary>Whether each token or each response has an importance ratio. Default by token.</summary>
    public RatioLevel RatioLevel { get; init; } = RatioLevel.Token;

    /// <summary>Ratios below 1 - this are clipped. Default 0.2 (PPO, arXiv:1707.06347).</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>Ratios above 1 + this are clipped. Default 0.2; DAPO's "clip higher" is 0.28. In <see cref="PolicyLossType.Cispo"/> the bound itself.</summary>
    public double ClipHigh { get; init; } = 0.2;

    /// <summary>Ratios above this are cut whatever the advantage's sign ("delta", INTELLECT-2, arXiv:2505.07291); null for no cut. Default null.</summary>
    public double? RatioCap { get; init; }

    /// <summary>Weight of KL(policy || reference). 0 needs no reference model. Default 0.</summary>
    public double Beta { get; init; }

    /// <summary>How that divergence is estimated. Default <see cref="KlEstimator.K3"/>.</summary>
    public KlEstimator Kl { get; init; } = KlEstimator.K3;

    /// <summary>Multiplies the estimate by the importance ratio, which makes its gradient unbiased (DeepSeek-V3.2, arXiv:2512.02556). Default true, as in TRL; DeepSeekMath has it not.</summary>
    public bool CorrectKl { get; init; } = true;

    /// <summary>Only this share of tokens with the highest entropy trains (arXiv:2506.01939: 0.2), counted within each micro-batch. Default 1: all.</summary>
    public double TopEntropyShare { get; init; } = 1;

    /// <summary>Weight of the mean entropy, which is added to what is maximised. Default 0.</summary>
    public double EntropyBonus { get; init; }

    /// <summary>Leaves out responses of negative advantage that the policy has moved away from by more than this mean difference of log-probs (DeepSeek-V3.2, arXiv:2512.02556). Default null: none.</summary>
    public double? OffPolicyThreshold { get; init; }

    /// <summary>Corrects for a sampler that differs from the trainer. Default null: no correction; the difference is measured in either case.</summary>
    public SamplerCorrectionOptions? SamplerCorrection { get; init; }

    /// <summary>Temperatures of <see cref="PolicyLossType.Sapo"/>.</summary>
    public SapoOptions Sapo { get; init; } = new();

    /// <summary>Weights of <see cref="PolicyLossType.Vespo"/>.</summary>
    public VespoOptions Vespo { get; init; } = new();

    /// <summary>True when the type clips ratios on both sides.</summary>
    internal bool Clips => Type is PolicyLossType.Grpo or PolicyLossType.Dapo or PolicyLossType.Bnpo or PolicyLossType.DrGrpo or PolicyLossType.Luspo;

    /// <summary>True when a response of advantage zero still has a gradient, so that it cannot be left out.</summary>
    internal bool NeedsEveryResponse => Beta > 0 || EntropyBonus > 0 || TopEntropyShare < 1;

    /// <summary>True when, with ratios that are all 1, the loss and its gradient by each log-prob follow from advantages and mask alone.</summary>
    internal bool IsKnownOnPolicy => (Clips || Type == PolicyLossType.Sapo) && !NeedsEveryResponse && SamplerCorrection is null && OffPolicyThreshold is null;

    /// <summary>Checks every value, and that they fit together.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range, or two contradict each other.</exception>
    public void Validate()
    {
        if (!(ClipLow > 0 && ClipLow <= 1)) throw new ArgumentOutOfRangeException(nameof(ClipLow), ClipLow, "It must lie in (0, 1].");
        if (!(ClipHigh > 0)) throw new ArgumentOutOfRangeException(nameof(ClipHigh), ClipHigh, "It must be positive.");
        if (!(Beta >= 0 && double.IsFinite(Beta))) throw new ArgumentOutOfRangeException(nameof(Beta), Beta, "It must not be negative.");
        if (!(TopEntropyShare >= 0 && TopEntropyShare <= 1)) throw new ArgumentOutOfRangeException(nameof(TopEntropyShare), TopEntropyShare, "It must lie between 0 and 1.");
        if (!(EntropyBonus >= 0 && double.IsFinite(EntropyBonus))) throw new ArgumentOutOfRangeException(nameof(EntropyBonus), EntropyBonus, "It must not be negative.");
        if (OffPolicyThreshold is not null and not >= 0) throw new ArgumentOutOfRangeException(nameof(OffPolicyThreshold), OffPolicyThreshold, "It must not be negative.");
        Sapo.Validate();
        Vespo.Validate();
        SamplerCorrection?.Validate();
        CheckTogether();
    }

    private void CheckTogether()
    {
        if (Type == PolicyLossType.Cispo && ClipHigh < 1)
            throw new ArgumentException($"ClipHigh is {ClipHigh}, but in CISPO it is the largest ratio itself, not its distance from 1: every token would be clipped. 5 is usual.");
        if (RatioCap is { } cap)
        {
            if (!Clips) throw new ArgumentException($"RatioCap is {cap}, but {Type} does not clip ratios. Use it with Grpo, Dapo, Bnpo, DrGrpo or Luspo.");
            if (!(cap > 1 + ClipHigh)) throw new ArgumentException($"RatioCap {cap} is not above 1 + ClipHigh = {1 + ClipHigh}: it would cut what the clip lets through. 2 to 10 is usual.");
        }
        if (Beta > 0 && Kl == KlEstimator.K1 && !CorrectKl)
            throw new ArgumentException("Kl = K1 without CorrectKl has a gradient that is zero on average, so that Beta does nothing but add noise. Set CorrectKl, or use K2 or K3.");
        if (Type == PolicyLossType.Luspo && RatioLevel != RatioLevel.Sequence)
            throw new ArgumentException("LUSPO adds up a response's tokens on the ground that they share one ratio. Set RatioLevel to Sequence.");
        if (Type == PolicyLossType.Vespo && SamplerCorrection is { IsBySequence: true })
            throw new ArgumentException("VESPO adds up log-ratios of tokens, so that a correction by sequence would count every token's ratio over and over. Use TokenTruncate or TokenMask.");
    }
}
