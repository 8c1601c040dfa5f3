using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>Importance ratios between the trainer's and the sampler's log-probs of the same tokens.</summary>
/// <remarks>Truncated importance sampling as TRL computes it (its <c>vllm_importance_sampling_*</c>); the ratio of a response is the product over its tokens.</remarks>
internal static class SamplerCorrection
{
    /// <summary>Computes the ratios.</summary>
    /// <param name="trainer"><c>[B, R]</c> of the trainer, before any update.</param>
    /// <param name="sampler"><c>[B, R]</c> as the sampler stated them; NaN counts as no difference.</param>
    /// <param name="lossMask"><c>[B, R]</c>: 1 = trains.</param>
    /// <param name="options">By token or by response, the range, clipped or zero outside it.</param>
    /// <returns><c>[B, R]</c> (1 where the mask is 0) or <c>[B, 1]</c>, in the caller's dispose scope.</returns>
    public static Tensor Ratio(Tensor trainer, Tensor sampler, Tensor lossMask, SamplerCorrectionOptions options)
    {
        var (rows, width) = ShapeCheck.Rank2(trainer);
        ShapeCheck.Is(sampler, [rows, width]);
        ShapeCheck.Is(lossMask, [rows, width]);
        var difference = (trainer.Minus(sampler) * lossMask).nan_to_num(0);
        if (options.IsBySequence) difference = difference.sum(1, keepdim: true);
        var ratio = difference.exp();
        var truncated = ratio.Clamp(options.Min ?? 0, options.Max);
        // A ratio that clipping moved was outside the range.
        return options.Truncates ? truncated : ratio * ratio.eq(truncated).to(ratio.dtype);
    }
}
