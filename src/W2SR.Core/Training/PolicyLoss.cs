using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>GRPO's objective over the tokens of some responses, as a loss to go down.</summary>
/// <remarks>
/// DeepSeekMath (arXiv:2402.03300), equations 3 and 4. The penalty is k3 as it stands there; TRL by default also multiplies it by the
/// importance ratio (<c>use_bias_correction_kl</c>), which changes its gradient.
/// </remarks>
internal static class PolicyLoss
{
    /// <summary>Computes the loss of one micro-batch.</summary>
    /// <param name="logProbs"><c>[B, R]</c> of the policy, with gradient; finite values where the mask is 0 do not matter.</param>
    /// <param name="oldLogProbs"><c>[B, R]</c> of the policy that wrote the responses; null when it is the same, every ratio then being 1.</param>
    /// <param name="referenceLogProbs"><c>[B, R]</c> of the reference; null when there is no penalty.</param>
    /// <param name="advantages"><c>[B]</c>.</param>
    /// <param name="lossMask"><c>[B, R]</c> of the policy's type: 1 = trains.</param>
    /// <param name="options">Clipping, averaging, weight of the penalty.</param>
    /// <param name="totalRows">Responses of the whole update, over which <see cref="PolicyLossType.Grpo"/> averages.</param>
    /// <param name="totalTokens">Trained tokens of the whole update, over which <see cref="PolicyLossType.Dapo"/> averages.</param>
    /// <returns>The loss (a scalar with gradient, in the caller's scope), and the sums of KL and of clipped tokens over the mask.</returns>
    public static (Tensor Loss, double KlSum, double ClippedSum) Compute(
        Tensor logProbs, Tensor? oldLogProbs, Tensor? referenceLogProbs, Tensor advantages, Tensor lossMask,
        PolicyLossOptions options, int totalRows, int totalTokens)
    {
        var (rows, width) = ShapeCheck.Rank2(logProbs);
        ShapeCheck.Is(lossMask, [rows, width]);
        ShapeCheck.Is(advantages, [rows]);
        if (oldLogProbs is not null) ShapeCheck.Is(oldLogProbs, [rows, width]);
        if (referenceLogProbs is not null) ShapeCheck.Is(referenceLogProbs, [rows, width]);

        var gain = advantages.unsqueeze(1);                                                          // [B, 1]
        // Masked before exp: a huge ratio in the padding would be infinite, and infinity times a mask of 0 is NaN.
        var ratio = (logProbs.Minus(oldLogProbs ?? logProbs.detach()) * lossMask).exp();           // [B, R]
        var clipped = ratio.Clamp(1 - options.ClipLow, 1 + options.ClipHigh);
        var perToken = -minimum(ratio * gain, clipped * gain);
        double klSum = 0, clippedSum;
        using (no_grad())
            clippedSum = ((clipped * gain).lt(ratio * gain).to(lossMask.dtype) * lossMask).sum().ToDouble();
        if (referenceLogProbs is not null && options.Beta > 0)
        {
            var difference = referenceLogProbs.Minus(logProbs) * lossMask;
            var kl = difference.exp().Minus(difference).Minus(1);                                    // k3: unbiased, never negative
            perToken = perToken.Plus(kl.Times(options.Beta));
            using (no_grad()) klSum = (kl.detach() * lossMask).sum().ToDouble();
        }
        var masked = perToken * lossMask;
        var loss = options.Type switch
        {
            PolicyLossType.Grpo => (masked.sum(1) / lossMask.sum(1).Clamp(low: 1)).sum().Over(totalRows),
            PolicyLossType.Dapo => masked.sum().Over(Math.Max(1, totalTokens)),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Type, "Unknown loss type."),
        };
        return (loss, klSum, clippedSum);
    }
}
