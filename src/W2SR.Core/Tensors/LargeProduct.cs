using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Tensors;

/// <summary>The three products of a linear layer, without a graph: with kernels of our own where they are faster, else libtorch's.</summary>
internal static unsafe class LargeProduct
{
    /// <summary>Numbers of a weight from which on kernels pay.</summary>
    private const long FewestNumbers = 1L << 18;

    /// <summary>False leaves all products to libtorch: what the kernels are compared with.</summary>
    internal static bool IsAllowed { get; set; } = true;

    /// <summary>Whether the kernels multiply by this weight <c>[out, in]</c>.</summary>
    public static bool Suits(Tensor weight) =>
        IsAllowed && PanelProduct.IsSupported && weight.dtype == ScalarType.Float32 && weight.device_type == DeviceType.CPU && weight.numel() >= FewestNumbers;

    /// <summary>x W^T.</summary>
    /// <param name="x"><c>[.., in]</c>.</param>
    /// <param name="weight"><c>[out, in]</c>, contiguous.</param>
    /// <returns><c>[.., out]</c>, in the caller's dispose scope.</returns>
    public static Tensor Forward(Tensor x, Tensor weight)
    {
        if (!Suits(weight)) return WidenedProduct.Linear(x, weight);
        using var scope = NewDisposeScope();
        var (outputs, inputs) = ShapeOf(weight);
        var whole = x.contiguous();
        var shape = x.shape;
        var result = empty([.. shape[..^1], outputs], ScalarType.Float32);
        Run(whole, inputs, false, weight, inputs, true, result, x.numel() / inputs, outputs, inputs, add: false);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>dy W: the gradient of x.</summary>
    /// <param name="gradient"><c>[.., out]</c>.</param>
    /// <param name="weight"><c>[out, in]</c>, contiguous.</param>
    /// <returns><c>[.., in]</c>, in the caller's dispose scope.</returns>
    public static Tensor Backward(Tensor gradient, Tensor weight)
    {
        if (!Suits(weight)) return WidenedProduct.Multiply(gradient, weight);
        using var scope = NewDisposeScope();
        var (outputs, inputs) = ShapeOf(weight);
        var whole = gradient.contiguous();
        var result = empty([.. gradient.shape[..^1], inputs], ScalarType.Float32);
        Run(whole, outputs, false, weight, inputs, false, result, gradient.numel() / outputs, inputs, outputs, add: false);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>sum += dy^T x: the gradient of W. A wider sum takes the finished product.</summary>
    /// <param name="sum"><c>[out, in]</c>, contiguous.</param>
    /// <param name="gradient"><c>[N, out]</c>.</param>
    /// <param name="x"><c>[N, in]</c>.</param>
    public static void AddWeight(Tensor sum, Tensor gradient, Tensor x)
    {
        if (sum.dtype != x.dtype)
        {
            using var product = WidenedProduct.Multiply(gradient.t(), x);
            sum.PlusInPlace(product);
            return;
        }
        if (!Suits(sum))
        {
            sum.addmm_(gradient.t(), x, 1, 1);
            return;
        }
        using var scope = NewDisposeScope();
        var (outputs, inputs) = ShapeOf(sum);
        Run(gradient.contiguous(), outputs, true, x.contiguous(), inputs, false, sum, outputs, inputs, x.shape[0], add: true);
    }

    private static (long Outputs, long Inputs) ShapeOf(Tensor weight) => weight.is_contiguous() && weight.shape is [var outputs, var inputs]
        ? (outputs, inputs)
        : throw new ShapeException($"A weight of shape [{string.Join(", ", weight.shape)}] is no contiguous matrix.");

    private static void Run(Tensor a, long aStride, bool aTransposed, Tensor b, long bStride, bool bTransposed, Tensor c, long rows, long columns, long depth, bool add)
    {
        BlockedProduct.Run(
            new MatrixOperand(ExternalMemory.Address(a), aStride, aTransposed), new MatrixOperand(ExternalMemory.Address(b), bStride, bTransposed),
            (float*)ExternalMemory.Address(c), rows, columns, depth, add);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(c);
    }
}
