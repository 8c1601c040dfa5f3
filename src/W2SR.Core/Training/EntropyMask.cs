using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>Picks the tokens at which the policy was most undecided; the others were forced by what stood before them.</summary>
/// <remarks>"Beyond the 80/20 rule" (arXiv:2506.01939).</remarks>
internal static class EntropyMask
{
    /// <summary>Marks the share of trained tokens with the highest entropy.</summary>
    /// <param name="entropies"><c>[B, R]</c>.</param>
    /// <param name="lossMask"><c>[B, R]</c>: 1 = trains.</param>
    /// <param name="share">Share that is kept; 0 keeps the highest alone.</param>
    /// <returns><c>[B, R]</c>, 1 = kept, of the mask's type, in the caller's dispose scope.</returns>
    public static Tensor Top(Tensor entropies, Tensor lossMask, double share)
    {
        var values = entropies.detach().masked_select(lossMask.to(ScalarType.Bool)).to(ScalarType.Float64).cpu().data<double>().ToArray();
        if (values.Length == 0) return zeros_like(lossMask);
        Array.Sort(values);
        // torch.quantile's linear interpolation.
        var place = (1 - share) * (values.Length - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, values.Length - 1);
        using Scalar threshold = values[below] + (place - below) * (values[above] - values[below]);
        return entropies.detach().ge(threshold).to(lossMask.dtype) * lossMask;
    }
}
