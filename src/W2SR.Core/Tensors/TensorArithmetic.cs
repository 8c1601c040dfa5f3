using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Tensors;

/// <summary>
/// Arithmetic between tensors and numbers whose <see cref="Scalar"/> outlives the native call. TorchSharp's own operators make a temporary one
/// (also <c>x + y</c> and <c>x - y</c>, for their factor of 1), which a collection on another thread can free while libtorch still reads it.
/// <c>ScalarLifetimeTests</c> holds that the library uses no operator that does. Results belong to the caller's dispose scope.
/// </summary>
internal static class TensorArithmetic
{
    /// <summary>x + y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, Scalars.One);

    /// <summary>x - y.</summary>
    public static Tensor Minus(this Tensor x, Tensor y) => x.add(y, Scalars.MinusOne);

    /// <summary>x + y for a number.</summary>
    public static Tensor Plus(this Tensor x, double y)
    {
        using Scalar number = y;
        return x.add(number, Scalars.One);
    }

    /// <summary>x - y for a number.</summary>
    public static Tensor Minus(this Tensor x, double y) => x.Plus(-y);

    /// <summary>x * y for a number.</summary>
    public static Tensor Times(this Tensor x, double y)
    {
        using Scalar number = y;
        return x.mul(number);
    }

    /// <summary>x / y for a number.</summary>
    public static Tensor Over(this Tensor x, double y)
    {
        using Scalar number = y;
        return x.div(number);
    }

    /// <summary>Values below <paramref name="low"/> become it; likewise above <paramref name="high"/>, where one is given.</summary>
    public static Tensor Clamp(this Tensor x, double? low = null, double? high = null)
    {
        using Scalar? from = low is { } l ? l : null, to = high is { } h ? h : null;
        return x.clamp(from, to);
    }

    /// <summary>x *= y in place.</summary>
    public static void TimesInPlace(this Tensor x, double y)
    {
        using Scalar number = y;
        x.mul_(number);
    }

    /// <summary>x += y in place.</summary>
    public static void PlusInPlace(this Tensor x, Tensor y) => x.add_(y, Scalars.One);

    /// <summary>Sets every element.</summary>
    public static void FillInPlace(this Tensor x, double value)
    {
        using Scalar number = value;
        x.fill_(number);
    }

    /// <summary>0, 1, ... count - 1.</summary>
    /// <returns><c>[count]</c> int64.</returns>
    public static Tensor Range(long count, Device device) => Range(0, count, device);

    /// <summary>from, from + 1, ... to - 1.</summary>
    /// <returns><c>[to - from]</c> int64.</returns>
    public static Tensor Range(long from, long to, Device device)
    {
        using Scalar start = from, stop = to;
        return arange(start, stop, ScalarType.Int64, device);
    }
}
