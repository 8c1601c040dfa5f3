using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>A policy objective over the tokens of some responses, as a loss to go down. Which one is decided once, when it is made.</summary>
/// <remarks>
/// DeepSeekMath (arXiv:2402.03300), equations 3 and 4, and its descendants (<see cref="PolicyLossType"/>). Factors on a token's loss apply in TRL's order: off-policy
/// mask, entropy mask, sampler's ratio, and then the KL penalty is added, so that none of them weakens the penalty.
/// </remarks>
internal sealed class PolicyLoss
{
    private const double SmallestLogRatio = -18.420680743952367, LargestLogRatio = 20; // VESPO's bounds, ln 1e-8 and 20

    private readonly PolicyLossOptions options;
    private readonly Func<Terms, Tensor> objective;
    private readonly Func<Tensor, Tensor, PolicyLossScale, Tensor> reduce;
    private readonly Func<Tensor, Tensor> divergence;

    /// <summary>Makes the objective that the options name.</summary>
    public PolicyLoss(PolicyLossOptions options)
    {
        this.options = options;
        objective = options.Type switch
        {
            PolicyLossType.Grpo or PolicyLossType.Dapo or PolicyLossType.Bnpo or PolicyLossType.DrGrpo or PolicyLossType.Luspo => Clipped,
            PolicyLossType.Cispo => WeighedByClippedRatio,
            PolicyLossType.Sapo => Gated,
            PolicyLossType.Vespo => WeighedBySequence,
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Type, "Unknown loss type."),
        };
        reduce = options.Type switch
        {
            PolicyLossType.Grpo or PolicyLossType.Sapo => (masked, mask, scale) => (masked.sum(1) / mask.sum(1).Clamp(low: 1)).sum().Over(scale.Rows),
            PolicyLossType.Bnpo => (masked, mask, scale) => (masked.sum() / mask.sum().Clamp(low: 1)).Times(scale.Share),
            PolicyLossType.DrGrpo => (masked, _, scale) => masked.sum().Over(scale.Rows * scale.MaxLength),
            PolicyLossType.Luspo => (masked, _, scale) => masked.sum().Over(scale.Rows),
            _ => (masked, _, scale) => masked.sum().Over(Math.Max(1, scale.Tokens)),
        };
        divergence = options.Kl switch
        {
            KlEstimator.K1 => d => -d,
            KlEstimator.K2 => d => (d * d).Times(0.5),
            KlEstimator.K3 => d => d.exp().Minus(d).Minus(1),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Kl, "Unknown KL estimator."),
        };
    }

    /// <summary>Computes the loss of one micro-batch.</summary>
    /// <returns>A scalar with gradient, in the caller's scope, and what it looked like.</returns>
    /// <exception cref="ShapeException">Tensors of different shapes.</exception>
    public (Tensor Loss, PolicyLossMetrics Metrics) Compute(PolicyTensors tensors, PolicyLossScale scale)
    {
        Check(tensors);
        var mask = tensors.LossMask;
        var terms = new Terms(tensors, options.RatioLevel);
        var perToken = objective(terms);                                                             // [B, R] or [B, 1]
        if (options.OffPolicyThreshold is { } threshold) perToken = perToken * StillOnPolicy(terms, threshold);
        var top = options.TopEntropyShare < 1 ? EntropyMask.Top(tensors.Entropies!, mask, options.TopEntropyShare) : null;
        if (top is not null) perToken = perToken * top;
        if (tensors.SamplerRatio is not null && options.Type != PolicyLossType.Vespo) perToken = perToken * tensors.SamplerRatio;
        Tensor? kl = null;
        if (tensors.ReferenceLogProbs is not null && options.Beta > 0)
        {
            kl = divergence(tensors.ReferenceLogProbs.Minus(tensors.LogProbs) * mask);
            if (options.CorrectKl) kl = kl * terms.Ratio;
            perToken = perToken.Plus(kl.Times(options.Beta));
        }
        var policyLoss = reduce(perToken * mask, mask, scale);
        var loss = options.EntropyBonus > 0
            ? policyLoss.Minus(Mean(tensors.Entropies!, top is null ? mask : mask * top).Times(options.EntropyBonus * scale.Share))
            : policyLoss;
        using (no_grad()) return (loss, Measure(terms, kl, policyLoss));
    }

    private Tensor Clipped(Terms t)
    {
        var ratio = options.RatioCap is { } cap ? t.Ratio.Clamp(high: cap) : t.Ratio;
        return -minimum(ratio * t.Gain, t.Ratio.Clamp(1 - options.ClipLow, 1 + options.ClipHigh) * t.Gain);
    }

    private Tensor WeighedByClippedRatio(Terms t) => -(t.Ratio.Clamp(high: options.ClipHigh).detach() * t.Gain * t.Of.LogProbs);

    private Tensor Gated(Terms t)
    {
        var temperature = Choose(t.Gain.gt(Scalars.Zero), options.Sapo.PositiveTemperature, options.Sapo.NegativeTemperature, t.Gain);
        return -((temperature * t.Ratio.Minus(1)).sigmoid() / temperature).Times(4) * t.Gain;
    }

    private Tensor WeighedBySequence(Terms t) => -(SequenceWeight(t) * t.Gain * t.Of.LogProbs);

    private Tensor SequenceWeight(Terms t)
    {
        var logRatio = (t.Difference.detach().Clamp(-LargestLogRatio, LargestLogRatio) * t.Of.LossMask).sum(1, keepdim: true);              // [B, 1]
        if (t.Of.SamplerRatio is not null)
            logRatio = logRatio.Plus(t.Of.SamplerRatio.log().Clamp(SmallestLogRatio, LargestLogRatio).sum(1, keepdim: true));
        logRatio = logRatio.Clamp(SmallestLogRatio, LargestLogRatio);
        var isGain = t.Gain.ge(Scalars.Zero);
        var k = Choose(isGain, options.Vespo.PositiveK, options.Vespo.NegativeK, t.Gain);
        var lambda = Choose(isGain, options.Vespo.PositiveLambda, options.Vespo.NegativeLambda, t.Gain);
        return lambda.Plus(k * logRatio).Minus(lambda * logRatio.exp()).exp();
    }

    /// <summary>1 where a response's advantage is not negative, or the policy has not moved far from it yet.</summary>
    private static Tensor StillOnPolicy(Terms t, double threshold)
    {
        using Scalar limit = threshold;
        var written = t.Of.SamplerLogProbs ?? t.Of.OldLogProbs ?? t.Of.LogProbs;
        var moved = (written.Minus(t.Of.LogProbs).detach() * t.Of.LossMask).sum(1, keepdim: true) / t.Lengths;
        return t.Gain.ge(Scalars.Zero).logical_or(moved.le(limit)).to(t.Gain.dtype);
    }

    private static Tensor Choose(Tensor condition, double yes, double no, Tensor like) => condition.to(like.dtype).Times(yes - no).Plus(no);

    private static Tensor Mean(Tensor values, Tensor mask) => (values * mask).sum() / mask.sum().Clamp(low: 1);

    private PolicyLossMetrics Measure(Terms t, Tensor? kl, Tensor policyLoss)
    {
        var mask = t.Of.LossMask;
        double? Average(Tensor? values) => values is null ? null : (values.shape[1] == 1 ? values.mean() : Mean(values, mask)).ToDouble();
        double? low = null, high = null, lowMin = null, highMax = null;
        if (options.Clips || options.Type == PolicyLossType.Cispo)
        {
            using Scalar least = 1 - options.ClipLow, most = options.Type == PolicyLossType.Cispo ? options.ClipHigh : 1 + options.ClipHigh;
            var ratio = options.RatioCap is { } cap ? t.Ratio.Clamp(high: cap) : t.Ratio;
            Tensor Flags(Tensor beyond, Tensor sign) => beyond.logical_and(sign).to(mask.dtype);
            Tensor ByRow(Tensor flags) => flags.shape[1] == 1 ? flags : (flags * mask).sum(1) / t.Lengths.squeeze(1);
            var isHigh = Flags(ratio.gt(most), t.Gain.gt(Scalars.Zero));
            (high, highMax) = (Average(isHigh), ByRow(isHigh).max().ToDouble());
            if (options.Clips)
            {
                var isLow = Flags(ratio.lt(least), t.Gain.lt(Scalars.Zero));
                (low, lowMin) = (Average(isLow), ByRow(isLow).min().ToDouble());
            }
        }
        return new PolicyLossMetrics
        {
            Tokens = mask.sum().ToDouble(),
            PolicyLoss = policyLoss.ToDouble(),
            Entropy = Average(t.Of.Entropies),
            Kl = Average(kl),
            ClippedLow = low,
            ClippedHigh = high,
            ClippedLowMin = lowMin,
            ClippedHighMax = highMax,
            SequenceWeight = options.Type == PolicyLossType.Vespo ? Average(SequenceWeight(t)) : null,
        };
    }

    private void Check(PolicyTensors t)
    {
        var (rows, width) = ShapeCheck.Rank2(t.LogProbs);
        ShapeCheck.Is(t.LossMask, [rows, width]);
        ShapeCheck.Is(t.Advantages, t.Advantages.dim() == 1 ? [rows] : [rows, width]);
        foreach (var other in new[] { t.OldLogProbs, t.ReferenceLogProbs, t.Entropies, t.SamplerLogProbs })
            if (other is not null) ShapeCheck.Is(other, [rows, width]);
        if (t.SamplerRatio is { } ratio) ShapeCheck.Is(ratio, ratio.shape[^1] == 1 ? [rows, 1] : [rows, width]);
        if ((options.TopEntropyShare < 1 || options.EntropyBonus > 0) && t.Entropies is null)
            throw new ArgumentException("This objective needs entropies: it has an entropy bonus or an entropy mask.");
    }

    /// <summary>What several parts of the objective are made from.</summary>
    private sealed class Terms
    {
        public Terms(PolicyTensors of, RatioLevel level)
        {
            Of = of;
            Gain = of.Advantages.dim() == 1 ? of.Advantages.unsqueeze(1) : of.Advantages;
            Lengths = of.LossMask.sum(1, keepdim: true).Clamp(low: 1);
            // Masked before exp: a huge ratio in the padding would be infinite, and infinity times a mask of 0 is NaN.
            Difference = of.LogProbs.Minus(of.OldLogProbs ?? of.LogProbs.detach()) * of.LossMask;
            Ratio = (level == RatioLevel.Token ? Difference : Difference.sum(1, keepdim: true) / Lengths).exp();
        }

        public PolicyTensors Of { get; }

        /// <summary>Advantages, <c>[B, 1]</c> or <c>[B, R]</c>.</summary>
        public Tensor Gain { get; }

        /// <summary><c>[B, 1]</c>: trained tokens of each response, at least 1.</summary>
        public Tensor Lengths { get; }

        /// <summary><c>[B, R]</c>: log-probs minus those of the policy that wrote the responses, 0 outside the mask.</summary>
        public Tensor Difference { get; }

        /// <summary><c>[B, R]</c> or <c>[B, 1]</c>: importance ratios.</summary>
        public Tensor Ratio { get; }
    }
}
