using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Tensors;

/// <summary>Root mean square normalisation of float32 rows on the CPU, and its way back, each in one pass. Sums run in a fixed order, whatever the number of threads.</summary>
internal static unsafe class RowNorm
{
    /// <summary>x / sqrt(mean(x^2) + eps) * weight.</summary>
    /// <param name="x"><c>[.., C]</c>, contiguous.</param>
    /// <param name="weight"><c>[C]</c>.</param>
    /// <param name="epsilon">What keeps rows of zeros finite.</param>
    /// <returns><c>[.., C]</c>, in the caller's dispose scope.</returns>
    public static Tensor Forward(Tensor x, Tensor weight, double epsilon)
    {
        var width = x.shape[^1];
        var rows = x.numel() / width;
        var result = empty_like(x);
        float* from = (float*)ExternalMemory.Address(x), w = (float*)ExternalMemory.Address(weight), to = (float*)ExternalMemory.Address(result);
        KernelThreads.RunRows(rows, (_, row) =>
        {
            float* source = from + row * width, y = to + row * width;
            var scale = Scale(source, width, epsilon);
            var i = 0L;
            for (; i + 16 <= width; i += 16) (Vector512.Load(source + i) * scale * Vector512.Load(w + i)).Store(y + i);
            for (; i < width; i++) y[i] = source[i] * scale * w[i];
        });
        GC.KeepAlive(x);
        GC.KeepAlive(weight);
        return result;
    }

    /// <summary>The gradient of x; that of the weight is added to its own.</summary>
    /// <param name="gradient"><c>[.., C]</c>, contiguous: of the result.</param>
    /// <param name="x">As it went forward.</param>
    /// <param name="weight"><c>[C]</c>.</param>
    /// <param name="epsilon">As forward.</param>
    /// <param name="weightGradient"><c>[C]</c>: what is added to; null where the weight does not train.</param>
    /// <param name="residual"><c>[.., C]</c>, contiguous: what the result's gradient is added to, since the residual stream passes by.</param>
    /// <returns><c>[.., C]</c>, in the caller's dispose scope.</returns>
    public static Tensor Backward(Tensor gradient, Tensor x, Tensor weight, double epsilon, Tensor? weightGradient, Tensor residual)
    {
        var width = x.shape[^1];
        var rows = x.numel() / width;
        var result = empty_like(x);
        float* by = (float*)ExternalMemory.Address(gradient), from = (float*)ExternalMemory.Address(x), w = (float*)ExternalMemory.Address(weight);
        float* beside = (float*)ExternalMemory.Address(residual), to = (float*)ExternalMemory.Address(result);
        var parts = KernelThreads.PartsOf(rows);
        var sums = (float*)NativeMemory.AllocZeroed((nuint)(parts * width * sizeof(float)));
        try
        {
            KernelThreads.RunRows(rows, (part, row) =>
                BackwardRow(by + row * width, from + row * width, w, beside + row * width, to + row * width, sums + part * width, width, epsilon));
            if (weightGradient is not null)
            {
                var total = (float*)ExternalMemory.Address(weightGradient);
                for (var part = 0; part < parts; part++)
                    for (var i = 0L; i < width; i++) total[i] += sums[part * width + i];
            }
        }
        finally
        {
            NativeMemory.Free(sums);
        }
        foreach (var used in new[] { gradient, x, weight, weightGradient, residual }) GC.KeepAlive(used);
        return result;
    }

    private static void BackwardRow(float* dy, float* x, float* w, float* beside, float* dx, float* weightSum, long width, double epsilon)
    {
        var scale = Scale(x, width, epsilon);
        var along = Vector512<float>.Zero;
        var rest = 0f;
        var i = 0L;
        for (; i + 16 <= width; i += 16)
        {
            Vector512<float> d = Vector512.Load(dy + i), v = Vector512.Load(x + i);
            along += d * Vector512.Load(w + i) * v;
            (Vector512.Load(weightSum + i) + d * v * scale).Store(weightSum + i);
        }
        for (; i < width; i++)
        {
            rest += dy[i] * w[i] * x[i];
            weightSum[i] += dy[i] * x[i] * scale;
        }
        // What a longer row takes back: it divides by its own length.
        var back = (Vector512.Sum(along) + rest) * scale * scale * scale / width;
        for (i = 0; i + 16 <= width; i += 16)
            (Vector512.Load(beside + i) + Vector512.Load(dy + i) * Vector512.Load(w + i) * scale - Vector512.Load(x + i) * back).Store(dx + i);
        for (; i < width; i++) dx[i] = beside[i] + dy[i] * w[i] * scale - x[i] * back;
    }

    private static float Scale(float* x, long width, double epsilon)
    {
        var squares = Vector512<float>.Zero;
        var i = 0L;
        for (; i + 16 <= width; i += 16)
        {
            var v = Vector512.Load(x + i);
            squares += v * v;
        }
        double sum = Vector512.Sum(squares);
        for (; i < width; i++) sum += (double)x[i] * x[i];
        return (float)(1 / Math.Sqrt(sum / width + epsilon));
    }
}
