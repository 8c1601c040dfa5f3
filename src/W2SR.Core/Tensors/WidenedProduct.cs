using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Tensors;

/// <summary>
/// Products of bfloat16 matrices on processors for which libtorch has none but a plain loop: x86 without AVX-512, where it takes 6 to 110 times as long as float32's product.
/// There both sides are widened, multiplied in float32, and the result is rounded, which is what bfloat16's product is elsewhere.
/// </summary>
internal static class WidenedProduct
{
    /// <summary>Rows from which on widening a weight costs less than the loop.</summary>
    private const long FewestRows = 8;

    private static readonly bool IsLoopSlow = X86Base.IsSupported && !(Avx512BW.VL.IsSupported && Avx512DQ.IsSupported);

    /// <summary>Whether bfloat16 products of some size are widened on a device.</summary>
    public static bool IsNeededOn(Device device) => IsLoopSlow && device.type == DeviceType.CPU;

    /// <summary>Whether a product of these rows is better widened here.</summary>
    /// <param name="x"><c>[.., in]</c>.</param>
    public static bool Suits(Tensor x) =>
        x.dtype == ScalarType.BFloat16 && IsNeededOn(x.device) && x.numel() >= FewestRows * x.shape[^1];

    /// <summary>x W^T + b, with a graph.</summary>
    /// <param name="x"><c>[.., in]</c>.</param>
    /// <param name="weight"><c>[out, in]</c>.</param>
    /// <param name="bias"><c>[out]</c> or null.</param>
    /// <returns><c>[.., out]</c> in x's type, in the caller's dispose scope.</returns>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null) => Suits(x) ? Widened(x, weight, bias) : F.linear(x, weight, bias);

    /// <summary>x y, with a graph.</summary>
    /// <param name="x"><c>[.., n]</c>.</param>
    /// <param name="y"><c>[n, m]</c>.</param>
    /// <returns><c>[.., m]</c> in x's type, in the caller's dispose scope.</returns>
    public static Tensor Multiply(Tensor x, Tensor y)
    {
        if (!Suits(x)) return x.matmul(y);
        using var scope = NewDisposeScope();
        return Wide(x).matmul(Wide(y)).to(x.dtype).MoveToOuterDisposeScope();
    }

    internal static Tensor Widened(Tensor x, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        return F.linear(Wide(x), Wide(weight), bias is null ? null : Wide(bias)).to(x.dtype).MoveToOuterDisposeScope();
    }

    private static Tensor Wide(Tensor x) => x.to(ScalarType.Float32);
}
