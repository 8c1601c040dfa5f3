using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Tensors;

/// <summary>
/// Takes the product of queries, keys and values apart into heads, turning queries and keys by their positions on the way, and puts gradients together again:
/// one pass each over float32 numbers on the CPU.
/// </summary>
/// <param name="Queries">Query heads.</param>
/// <param name="Shared">Key heads, and value heads.</param>
/// <param name="Size">D: numbers of a head.</param>
internal readonly unsafe record struct HeadRotation(int Queries, int Shared, int Size)
{
    /// <summary>Splits and turns.</summary>
    /// <param name="projected"><c>[B, T, (H + 2 KV) D]</c>, contiguous.</param>
    /// <param name="cosines"><c>[T, 1, D]</c> or <c>[T, D]</c>, contiguous.</param>
    /// <param name="sines">As <paramref name="cosines"/>, the first half of each row negated.</param>
    /// <returns><c>[B, H, T, D]</c> and twice <c>[B, KV, T, D]</c>, in the caller's dispose scope.</returns>
    public (Tensor Queries, Tensor Keys, Tensor Values) Forward(Tensor projected, Tensor cosines, Tensor sines)
    {
        long batch = projected.shape[0], length = projected.shape[1];
        Tensor q = empty(batch, Queries, length, Size), k = empty(batch, Shared, length, Size), v = empty(batch, Shared, length, Size);
        Walk(projected, cosines, sines, q, k, v, isBack: false);
        return (q, k, v);
    }

    /// <summary>The gradient of <c>projected</c> from those of the heads, all contiguous.</summary>
    /// <returns><c>[B, T, (H + 2 KV) D]</c>, in the caller's dispose scope.</returns>
    public Tensor Backward(Tensor queries, Tensor keys, Tensor values, Tensor cosines, Tensor sines)
    {
        var result = empty(queries.shape[0], queries.shape[2], (Queries + 2L * Shared) * Size);
        Walk(result, cosines, sines, queries, keys, values, isBack: true);
        return result;
    }

    private void Walk(Tensor projected, Tensor cosines, Tensor sines, Tensor q, Tensor k, Tensor v, bool isBack)
    {
        long length = projected.shape[1], tokens = projected.shape[0] * length;
        var (queries, shared, size) = this;
        float* all = (float*)ExternalMemory.Address(projected), cos = (float*)ExternalMemory.Address(cosines), sin = (float*)ExternalMemory.Address(sines);
        float* toQ = (float*)ExternalMemory.Address(q), toK = (float*)ExternalMemory.Address(k), toV = (float*)ExternalMemory.Address(v);
        KernelThreads.RunRows(tokens, (_, token) =>
        {
            long row = token / length, t = token % length;
            float* c = cos + t * size, s = sin + t * size;
            var from = all + token * (queries + 2 * shared) * size;
            for (var head = 0; head < queries + 2 * shared; head++, from += size)
            {
                var own = head < queries ? toQ + ((row * queries + head) * length + t) * size
                    : head < queries + shared ? toK + ((row * shared + head - queries) * length + t) * size
                    : toV + ((row * shared + head - queries - shared) * length + t) * size;
                float* source = isBack ? own : from, target = isBack ? from : own;
                if (head >= queries + shared) new ReadOnlySpan<float>(source, size).CopyTo(new Span<float>(target, size));
                else if (isBack) TurnBack(source, c, s, target, size / 2);
                else Turn(source, c, s, target, size / 2);
            }
        });
        foreach (var used in new[] { projected, cosines, sines, q, k, v }) GC.KeepAlive(used);
    }

    private static void Turn(float* x, float* cos, float* sin, float* y, int half)
    {
        var i = 0;
        for (; i + 16 <= half; i += 16)
        {
            Vector512<float> low = Vector512.Load(x + i), high = Vector512.Load(x + half + i);
            (low * Vector512.Load(cos + i) + high * Vector512.Load(sin + i)).Store(y + i);
            (high * Vector512.Load(cos + half + i) + low * Vector512.Load(sin + half + i)).Store(y + half + i);
        }
        for (; i < half; i++)
        {
            y[i] = x[i] * cos[i] + x[i + half] * sin[i];
            y[i + half] = x[i + half] * cos[i + half] + x[i] * sin[i + half];
        }
    }

    private static void TurnBack(float* dy, float* cos, float* sin, float* dx, int half)
    {
        var i = 0;
        for (; i + 16 <= half; i += 16)
        {
            Vector512<float> low = Vector512.Load(dy + i), high = Vector512.Load(dy + half + i);
            (low * Vector512.Load(cos + i) + high * Vector512.Load(sin + half + i)).Store(dx + i);
            (high * Vector512.Load(cos + half + i) + low * Vector512.Load(sin + i)).Store(dx + half + i);
        }
        for (; i < half; i++)
        {
            dx[i] = dy[i] * cos[i] + dy[i + half] * sin[i + half];
            dx[i + half] = dy[i + half] * cos[i + half] + dy[i] * sin[i];
        }
    }
}
