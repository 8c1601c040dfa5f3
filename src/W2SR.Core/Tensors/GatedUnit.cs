using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Tensors;

/// <summary>SwiGLU's elementwise part, silu(gate) * up, and its way back, each in one pass over float32 numbers on the CPU.</summary>
internal static unsafe class GatedUnit
{
    /// <summary>x / (1 + exp(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x) => x / (Vector512<float>.One + Vector512.Exp(-x));

    /// <summary>silu(gate) * up.</summary>
    /// <param name="both"><c>[.., 2 F]</c>, contiguous: gate, then up.</param>
    /// <returns><c>[.., F]</c>, in the caller's dispose scope.</returns>
    public static Tensor Forward(Tensor both)
    {
        var (rows, width) = Sizes(both);
        var result = empty([.. both.shape[..^1], width], ScalarType.Float32);
        float* from = (float*)ExternalMemory.Address(both), to = (float*)ExternalMemory.Address(result);
        KernelThreads.RunRows(rows, (_, row) =>
        {
            float* gate = from + row * 2 * width, up = gate + width, y = to + row * width;
            var i = 0L;
            for (; i + 16 <= width; i += 16) (Silu(Vector512.Load(gate + i)) * Vector512.Load(up + i)).Store(y + i);
            for (; i < width; i++) y[i] = gate[i] / (1 + MathF.Exp(-gate[i])) * up[i];
        });
        GC.KeepAlive(both);
        return result;
    }

    /// <summary>The gradient of gate and up.</summary>
    /// <param name="gradient"><c>[.., F]</c>, contiguous: of the result.</param>
    /// <param name="both">As it went forward.</param>
    /// <returns><c>[.., 2 F]</c>, in the caller's dispose scope.</returns>
    public static Tensor Backward(Tensor gradient, Tensor both)
    {
        var (rows, width) = Sizes(both);
        var result = empty_like(both);
        float* from = (float*)ExternalMemory.Address(both), by = (float*)ExternalMemory.Address(gradient), to = (float*)ExternalMemory.Address(result);
        KernelThreads.RunRows(rows, (_, row) =>
        {
            float* gate = from + row * 2 * width, up = gate + width, dy = by + row * width, dGate = to + row * 2 * width, dUp = dGate + width;
            var i = 0L;
            for (; i + 16 <= width; i += 16)
            {
                Vector512<float> g = Vector512.Load(gate + i), s = Sigmoid(g), d = Vector512.Load(dy + i), open = g * s;
                (d * open).Store(dUp + i);
                (d * Vector512.Load(up + i) * (s + open * (Vector512<float>.One - s))).Store(dGate + i);
            }
            for (; i < width; i++)
            {
                float s = 1 / (1 + MathF.Exp(-gate[i])), open = gate[i] * s;
                dUp[i] = dy[i] * open;
                dGate[i] = dy[i] * up[i] * (s + open * (1 - s));
            }
        });
        GC.KeepAlive(both);
        GC.KeepAlive(gradient);
        return result;
    }

    private static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Vector512.Exp(-x));

    private static (long Rows, long Width) Sizes(Tensor both)
    {
        var width = both.shape[^1] / 2;
        return (both.numel() / (2 * width), width);
    }
}
