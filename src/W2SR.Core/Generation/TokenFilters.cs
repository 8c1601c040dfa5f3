using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace W2SR.Core.Generation;

/// <summary>Filters over one row of weights, without sorting the vocabulary.</summary>
internal static class TokenFilters
{
    // Weights lie in (0, 1]. Buckets by exponent and the first bits of the mantissa: the double's own bits, so no logarithm is taken.
    private const int MantissaBits = 6, Buckets = 1 << 13;

    /// <summary>The k-th largest weight.</summary>
    /// <param name="weights">Not changed.</param>
    /// <param name="k">From 1 to their number.</param>
    public static double KthLargest(ReadOnlySpan<double> weights, int k)
    {
        // A queue of the k best: most weights lose against its smallest at once.
        var best = new PriorityQueue<double, double>(k);
        foreach (var weight in weights)
        {
            if (best.Count < k) best.Enqueue(weight, weight);
            else if (weight > best.Peek()) best.EnqueueDequeue(weight, weight);
        }
        return best.Peek();
    }

    /// <summary>Keeps the smallest set of largest weights that reaches a share of the total; the others become zero. At least one stays.</summary>
    /// <remarks>
    /// Weights below (1 - p) total / V cannot matter: all of them together do not reach what may be missing. The others, few as a rule, go into
    /// buckets by size; only the bucket in which the share is reached is sorted.
    /// </remarks>
    public static void KeepTopP(Span<double> weights, double p, double total)
    {
        var masses = ArrayPool<double>.Shared.Rent(Buckets);
        var ids = ArrayPool<int>.Shared.Rent(weights.Length);
        var sizes = ArrayPool<double>.Shared.Rent(weights.Length);
        try
        {
            var count = Collect(weights, (1 - p) * total / weights.Length * (1 - 1e-9), ids, sizes);
            Array.Clear(masses, 0, Buckets);
            foreach (var weight in sizes.AsSpan(0, count)) masses[Bucket(weight)] += weight;
            var aim = p * total;
            var kept = 0.0;
            var crossing = Buckets - 1;
            while (crossing > 0 && kept + masses[crossing] < aim) kept += masses[crossing--];
            weights.Clear();
            var candidates = new List<(double Weight, int Id)>();
            for (var i = 0; i < count; i++)
            {
                var bucket = Bucket(sizes[i]);
                if (bucket > crossing) weights[ids[i]] = sizes[i];
                else if (bucket == crossing) candidates.Add((sizes[i], ids[i]));
            }
            KeepOfCrossing(weights, candidates, kept, aim);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(masses);
            ArrayPool<int>.Shared.Return(ids);
            ArrayPool<double>.Shared.Return(sizes);
        }
    }

    /// <summary>Ids and weights that are at least <paramref name="floor"/>, in the order of ids.</summary>
    private static int Collect(ReadOnlySpan<double> weights, double floor, int[] ids, double[] sizes)
    {
        var count = 0;
        var vectors = MemoryMarshal.Cast<double, Vector512<double>>(weights);
        var least = Vector512.Create(floor);
        for (var v = 0; v < vectors.Length; v++)
            if (Vector512.GreaterThanOrEqualAny(vectors[v], least))
                Take(v * Vector512<double>.Count, Vector512<double>.Count, weights);
        var done = vectors.Length * Vector512<double>.Count;
        Take(done, weights.Length - done, weights);
        return count;

        void Take(int start, int length, ReadOnlySpan<double> weights)
        {
            for (var i = start; i < start + length; i++)
                if (weights[i] >= floor) (ids[count], sizes[count++]) = (i, weights[i]);
        }
    }

    private static void KeepOfCrossing(Span<double> weights, List<(double Weight, int Id)> candidates, double kept, double aim)
    {
        candidates.Sort(static (a, b) => a.Weight == b.Weight ? a.Id.CompareTo(b.Id) : b.Weight.CompareTo(a.Weight));
        foreach (var (weight, id) in candidates)
        {
            // Whatever stands before this bucket fell short of the aim, so its first token always stays.
            weights[id] = weight;
            kept += weight;
            if (kept >= aim) return;
        }
    }

    /// <summary>Larger weights have larger buckets; below 2^-127 all share the lowest.</summary>
    private static int Bucket(double weight)
    {
        var bits = (BitConverter.DoubleToInt64Bits(weight) >> (52 - MantissaBits)) - ((1023L - 127) << MantissaBits);
        return bits <= 0 ? 0 : (int)Math.Min(bits, Buckets - 1);
    }
}
