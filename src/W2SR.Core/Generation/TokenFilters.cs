using System.Buffers;

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
    /// <remarks>One pass puts weights into buckets by size and adds up each bucket; only the bucket in which the share is reached is sorted.</remarks>
    public static void KeepTopP(Span<double> weights, double p, double total)
    {
        var masses = ArrayPool<double>.Shared.Rent(Buckets);
        try
        {
            Array.Clear(masses, 0, Buckets);
            foreach (var weight in weights) masses[Bucket(weight)] += weight;
            var aim = p * total;
            var kept = 0.0;
            var crossing = Buckets - 1;
            while (crossing > 0 && kept + masses[crossing] < aim) kept += masses[crossing--];
            CutBucket(weights, crossing, kept, aim);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(masses);
        }
    }

    private static void CutBucket(Span<double> weights, int crossing, double kept, double aim)
    {
        var candidates = new List<(double Weight, int Id)>();
        for (var i = 0; i < weights.Length; i++)
        {
            var bucket = Bucket(weights[i]);
            if (bucket > crossing) continue;
            if (bucket == crossing) candidates.Add((weights[i], i));
            weights[i] = 0;
        }
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
