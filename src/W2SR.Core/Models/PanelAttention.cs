using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using W2SR.Core.Tensors;

namespace W2SR.Core.Models;

/// <summary>Attention of one token's query heads that share a key head, over the tokens before it and itself. Sizes of heads are multiples of 16.</summary>
internal static unsafe class PanelAttention
{
    /// <summary>Query heads that are worked on together.</summary>
    public const int Together = 4;

    /// <summary>Floats of scratch that <see cref="Attend"/> needs.</summary>
    public static int ScratchOf(int length) => Together * ((length + Together - 1) / Together * Together);

    /// <summary>softmax(q K^T) V for up to four query heads.</summary>
    /// <param name="queries"><c>[heads, D]</c>, scaled already.</param>
    /// <param name="heads">From 1 to <see cref="Together"/>.</param>
    /// <param name="keys"><c>[length, D]</c>.</param>
    /// <param name="values"><c>[length, D]</c>.</param>
    /// <param name="length">Tokens to look at.</param>
    /// <param name="size">D.</param>
    /// <param name="scratch">See <see cref="ScratchOf"/>.</param>
    /// <param name="result"><c>[heads, D]</c>; may be <paramref name="queries"/>.</param>
    public static void Attend<T>(float* queries, int heads, byte* keys, byte* values, int length, int size, float* scratch, float* result) where T : struct, IStoredNumbers
    {
        // With fewer than four heads the last one is computed again: cheaper than a branch inside.
        float* q0 = queries, q1 = queries + Math.Min(1, heads - 1) * size, q2 = queries + Math.Min(2, heads - 1) * size, q3 = queries + Math.Min(3, heads - 1) * size;
        if (size == 64) Scores64<T>(q0, q1, q2, q3, keys, length, scratch);
        else Scores<T>(q0, q1, q2, q3, keys, length, size, scratch);
        var sums = Softmax(scratch, length);
        for (var i = 0; i < size; i += 16)
        {
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
            var value = values + i * T.Size;
            for (var t = 0; t < length; t++, value += size * T.Size)
            {
                var v = T.Load(value);
                var p = scratch + t * Together;
                a0 = Vector512.FusedMultiplyAdd(Vector512.Create(p[0]), v, a0);
                a1 = Vector512.FusedMultiplyAdd(Vector512.Create(p[1]), v, a1);
                a2 = Vector512.FusedMultiplyAdd(Vector512.Create(p[2]), v, a2);
                a3 = Vector512.FusedMultiplyAdd(Vector512.Create(p[3]), v, a3);
            }
            (a0 / sums[0]).Store(result + i);
            if (heads > 1) (a1 / sums[1]).Store(result + size + i);
            if (heads > 2) (a2 / sums[2]).Store(result + 2 * size + i);
            if (heads > 3) (a3 / sums[3]).Store(result + 3 * size + i);
        }
    }

    /// <summary>Scores <c>[length, 4]</c>.</summary>
    private static void Scores<T>(float* q0, float* q1, float* q2, float* q3, byte* keys, int length, int size, float* scores) where T : struct, IStoredNumbers
    {
        for (var t = 0; t < length; t++, keys += size * T.Size)
        {
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
            for (var i = 0; i < size; i += 16)
            {
                var key = T.Load(keys + i * T.Size);
                a0 = Vector512.FusedMultiplyAdd(Vector512.Load(q0 + i), key, a0);
                a1 = Vector512.FusedMultiplyAdd(Vector512.Load(q1 + i), key, a1);
                a2 = Vector512.FusedMultiplyAdd(Vector512.Load(q2 + i), key, a2);
                a3 = Vector512.FusedMultiplyAdd(Vector512.Load(q3 + i), key, a3);
            }
            Sums(a0, a1, a2, a3).Store(scores + t * Together);
        }
    }

    /// <summary>The same for the commonest size, the queries kept in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores64<T>(float* q0, float* q1, float* q2, float* q3, byte* keys, int length, float* scores) where T : struct, IStoredNumbers
    {
        Vector512<float> q00 = Vector512.Load(q0), q01 = Vector512.Load(q0 + 16), q02 = Vector512.Load(q0 + 32), q03 = Vector512.Load(q0 + 48);
        Vector512<float> q10 = Vector512.Load(q1), q11 = Vector512.Load(q1 + 16), q12 = Vector512.Load(q1 + 32), q13 = Vector512.Load(q1 + 48);
        Vector512<float> q20 = Vector512.Load(q2), q21 = Vector512.Load(q2 + 16), q22 = Vector512.Load(q2 + 32), q23 = Vector512.Load(q2 + 48);
        Vector512<float> q30 = Vector512.Load(q3), q31 = Vector512.Load(q3 + 16), q32 = Vector512.Load(q3 + 32), q33 = Vector512.Load(q3 + 48);
        for (var t = 0; t < length; t++, keys += 64 * T.Size)
        {
            Vector512<float> k0 = T.Load(keys), k1 = T.Load(keys + 16 * T.Size), k2 = T.Load(keys + 32 * T.Size), k3 = T.Load(keys + 48 * T.Size);
            var a0 = Vector512.FusedMultiplyAdd(q03, k3, Vector512.FusedMultiplyAdd(q02, k2, Vector512.FusedMultiplyAdd(q01, k1, q00 * k0)));
            var a1 = Vector512.FusedMultiplyAdd(q13, k3, Vector512.FusedMultiplyAdd(q12, k2, Vector512.FusedMultiplyAdd(q11, k1, q10 * k0)));
            var a2 = Vector512.FusedMultiplyAdd(q23, k3, Vector512.FusedMultiplyAdd(q22, k2, Vector512.FusedMultiplyAdd(q21, k1, q20 * k0)));
            var a3 = Vector512.FusedMultiplyAdd(q33, k3, Vector512.FusedMultiplyAdd(q32, k2, Vector512.FusedMultiplyAdd(q31, k1, q30 * k0)));
            Sums(a0, a1, a2, a3).Store(scores + t * Together);
        }
    }

    /// <summary>The sum of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Sums(Vector512<float> a0, Vector512<float> a1, Vector512<float> a2, Vector512<float> a3)
    {
        Vector256<float> b0 = a0.GetLower() + a0.GetUpper(), b1 = a1.GetLower() + a1.GetUpper(), b2 = a2.GetLower() + a2.GetUpper(), b3 = a3.GetLower() + a3.GetUpper();
        var c = Avx.HorizontalAdd(Avx.HorizontalAdd(b0, b1), Avx.HorizontalAdd(b2, b3));
        return c.GetLower() + c.GetUpper();
    }

    /// <summary>Turns scores <c>[length, 4]</c> into weights that are not divided by their sums yet, and gives the sums.</summary>
    private static Vector128<float> Softmax(float* scores, int length)
    {
        var count = ScratchOf(length);
        for (var i = length * Together; i < count; i++) scores[i] = float.NegativeInfinity;
        var highest = Vector512.Load(scores);
        for (var i = 16; i < count; i += 16) highest = Vector512.Max(highest, Vector512.Load(scores + i));
        var top = Vector256.Max(highest.GetLower(), highest.GetUpper());
        var best = Vector128.Max(top.GetLower(), top.GetUpper());
        var spread = Vector512.Create(Vector256.Create(best, best), Vector256.Create(best, best));
        var sums = Vector512<float>.Zero;
        for (var i = 0; i < count; i += 16)
        {
            var weights = Vector512.Exp(Vector512.Load(scores + i) - spread);
            weights.Store(scores + i);
            sums += weights;
        }
        var half = sums.GetLower() + sums.GetUpper();
        return half.GetLower() + half.GetUpper();
    }
}
