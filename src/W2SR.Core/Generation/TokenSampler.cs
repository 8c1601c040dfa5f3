using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Generation;

/// <summary>
/// Draws one token for each row by inverting the cumulative distribution at a given uniform number, so that a token depends on its own
/// row's logits and number alone. Filters apply in the order of transformers: repetition penalty, temperature, top-k, top-p, min-p.
/// </summary>
internal static class TokenSampler
{
    /// <summary>Draws.</summary>
    /// <param name="logits"><c>[B, V]</c>, any floating type; borrowed.</param>
    /// <param name="uniforms">One number from [0, 1) for each row; not looked at when greedy.</param>
    /// <param name="options">Temperature and filters.</param>
    /// <param name="withLogProbs">Also gives each token's log-probability under the filtered distribution.</param>
    /// <param name="previous">The ids of each row so far; needed for the repetition penalty only.</param>
    /// <exception cref="InvalidOperationException">A row has NaN among its logits or none that is finite.</exception>
    public static SampledTokens Sample(
        Tensor logits, ReadOnlySpan<double> uniforms, SamplingOptions options, bool withLogProbs, IReadOnlyList<int[]>? previous = null)
    {
        var (rows, vocabulary) = ShapeCheck.Rank2(logits);
        using var scope = NewDisposeScope();
        var single = logits.to(ScalarType.Float32).cpu().contiguous();
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(single.bytes);
        var ids = new int[rows];
        var logProbs = withLogProbs ? new float[rows] : null;
        var weights = new double[vocabulary];
        for (var row = 0; row < rows; row++)
        {
            var line = values.Slice(row * (int)vocabulary, (int)vocabulary);
            for (var i = 0; i < weights.Length; i++) weights[i] = line[i];
            var total = Filter(weights, options, previous?[row]);
            ids[row] = options.IsGreedy ? ArgMax(weights) : Invert(weights, uniforms[row] * total);
            if (logProbs is not null) logProbs[row] = (float)(options.IsGreedy ? 0 : Math.Log(weights[ids[row]] / total));
        }
        return new SampledTokens(ids, logProbs);
    }

    /// <summary>Turns one row's logits into weights that add up to the returned total; tokens that a filter drops weigh zero.</summary>
    internal static double Filter(double[] weights, SamplingOptions options, int[]? previous)
    {
        if (options.RepetitionPenalty != 1 && previous is not null)
            foreach (var id in previous.Distinct())
                weights[id] = weights[id] > 0 ? weights[id] / options.RepetitionPenalty : weights[id] * options.RepetitionPenalty;
        var highest = double.NegativeInfinity;
        foreach (var weight in weights)
        {
            if (double.IsNaN(weight)) throw new InvalidOperationException("The model's logits contain NaN. Are its weights whole, and is its type wide enough?");
            highest = Math.Max(highest, weight);
        }
        if (!double.IsFinite(highest)) throw new InvalidOperationException($"The model's highest logit is {highest}.");
        if (options.IsGreedy) return 1;
        var total = 0.0;
        for (var i = 0; i < weights.Length; i++) total += weights[i] = Math.Exp((weights[i] - highest) / options.Temperature);
        if (options.TopK > 0 && options.TopK < weights.Length) total = KeepTopK(weights, options.TopK);
        if (options.TopP < 1) total = KeepTopP(weights, options.TopP, total);
        if (options.MinP > 0) total = KeepFrom(weights, options.MinP * weights.Max());
        return total;
    }

    private static double KeepTopK(double[] weights, int k)
    {
        // The k largest so far, smallest first: most of a vocabulary is turned away by one comparison.
        var largest = new PriorityQueue<byte, double>(k + 1);
        foreach (var weight in weights)
        {
            if (largest.Count < k) largest.Enqueue(0, weight);
            else if (largest.TryPeek(out _, out var least) && weight > least) largest.EnqueueDequeue(0, weight);
        }
        largest.TryPeek(out _, out var kth);
        return KeepFrom(weights, kth); // ties with the k-th stay, as in transformers
    }

    private static double KeepTopP(double[] weights, double p, double total)
    {
        // All tokens below this cutoff together weigh less than the 1 - p that may be dropped, so the kept ones lie above it: few need sorting.
        var cutoff = (1 - p) * total / weights.Length;
        var order = new List<int>();
        for (var i = 0; i < weights.Length; i++)
            if (weights[i] >= cutoff) order.Add(i);
            else weights[i] = 0;
        order.Sort((a, b) => weights[b].CompareTo(weights[a]) is not 0 and var byWeight ? byWeight : a.CompareTo(b));
        var kept = 0.0;
        var count = 0;
        while (count < order.Count && (count == 0 || kept < p * total)) kept += weights[order[count++]];
        for (var i = count; i < order.Count; i++) weights[order[i]] = 0;
        return kept;
    }

    private static double KeepFrom(double[] weights, double least)
    {
        var total = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] < least) weights[i] = 0;
            total += weights[i];
        }
        return total;
    }

    private static int ArgMax(double[] values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
            if (values[i] > values[best]) best = i;
        return best;
    }

    private static int Invert(double[] weights, double at)
    {
        var sum = 0.0;
        var last = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0) continue;
            last = i;
            sum += weights[i];
            if (at < sum) return i;
        }
        return last; // rounding put the number at the very end
    }
}
