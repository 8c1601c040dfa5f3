using System.Runtime.CompilerServices;
using TorchSharp;

namespace W2SR.Core.Tensors;

/// <summary>Checks tensors before libtorch sees them: several of its own shape errors end the process.</summary>
internal static class ShapeCheck
{
    /// <summary>Checks that a tensor has one dimension and returns it.</summary>
    public static long Rank1(torch.Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        var shape = Rank(tensor, 1, name);
        return shape[0];
    }

    /// <summary>Checks that a tensor has two dimensions and returns them.</summary>
    public static (long, long) Rank2(torch.Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        var shape = Rank(tensor, 2, name);
        return (shape[0], shape[1]);
    }

    /// <summary>Checks that a tensor has three dimensions and returns them.</summary>
    public static (long, long, long) Rank3(torch.Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        var shape = Rank(tensor, 3, name);
        return (shape[0], shape[1], shape[2]);
    }

    /// <summary>Checks that a tensor has exactly this shape.</summary>
    public static void Is(torch.Tensor tensor, ReadOnlySpan<long> expected, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        var shape = tensor.shape;
        if (!expected.SequenceEqual(shape))
            throw new ShapeException($"{name}: expected [{Join(expected)}], got [{Join(shape)}].");
    }

    /// <summary>Checks the element type.</summary>
    public static void Is(torch.Tensor tensor, torch.ScalarType expected, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.dtype != expected)
            throw new ShapeException($"{name}: expected {expected}, got {tensor.dtype}.");
    }

    private static long[] Rank(torch.Tensor tensor, int rank, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        var shape = tensor.shape;
        return shape.Length == rank
            ? shape
            : throw new ShapeException($"{name}: expected {rank} dimensions, got [{Join(shape)}].");
    }

    private static string Join(ReadOnlySpan<long> shape) => string.Join(", ", shape.ToArray());
}
