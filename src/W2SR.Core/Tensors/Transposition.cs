using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace W2SR.Core.Tensors;

/// <summary>Copies a float32 matrix with rows and columns changed.</summary>
internal static unsafe class Transposition
{
    /// <summary>to[j, i] = from[i, j].</summary>
    /// <param name="from">The first number of <paramref name="rows"/> rows of <paramref name="columns"/> numbers.</param>
    /// <param name="stride">Numbers from one of these rows to the next.</param>
    /// <param name="rows">Rows to read.</param>
    /// <param name="columns">Numbers of each.</param>
    /// <param name="to">The first number of the result.</param>
    /// <param name="toStride">Numbers from one row of the result to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* from, long stride, int rows, int columns, float* to, long toStride)
    {
        var i = 0;
        if (Sse.IsSupported)
            for (; i + 4 <= rows; i += 4)
            {
                var source = from + i * stride;
                var j = 0;
                for (; j + 4 <= columns; j += 4) Four(source + j, stride, to + j * toStride + i, toStride);
                for (; j < columns; j++)
                    for (var r = 0; r < 4; r++) to[j * toStride + i + r] = source[r * stride + j];
            }
        for (; i < rows; i++)
            for (var j = 0; j < columns; j++) to[j * toStride + i] = from[i * stride + j];
    }

    private static void Four(float* from, long stride, float* to, long toStride)
    {
        Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + stride), c = Vector128.Load(from + 2 * stride), d = Vector128.Load(from + 3 * stride);
        Vector128<float> lowA = Sse.UnpackLow(a, b), lowC = Sse.UnpackLow(c, d), highA = Sse.UnpackHigh(a, b), highC = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(lowA, lowC).Store(to);
        Sse.MoveHighToLow(lowC, lowA).Store(to + toStride);
        Sse.MoveLowToHigh(highA, highC).Store(to + 2 * toStride);
        Sse.MoveHighToLow(highC, highA).Store(to + 3 * toStride);
    }
}
