using System.Buffers;
using System.Runtime.InteropServices;
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
    // Below this many logits a second thread costs more than it takes over.
    private const long ParallelFrom = 1 << 17;

    /// <summary>Draws.</summary>
    /// <param name="logits"><c>[B, V]</c>, any floating type; borrowed.</param>
    /// <param name="uniforms">One number from [0, 1) for each row; not looked at when greedy.</param>
    /// <param name="options">Temperature and filters.</param>
    /// <param name="withLogProbs">Also gives each token's log-probability under the filtered distribution.</param>
    /// <param name="previous">The ids of each row so far; needed for the repetition penalty only.</param>
    /// <exception cref="InvalidOperationException">A row has NaN among its logits or none that is finite.</exception>
    public static SampledTokens Sample(
        Tensor logits, double[] uniforms, SamplingOptions options, bool withLogProbs, IReadOnlyList<IReadOnlyCollection<int>>? previous = null)
    {
        var (rows, vocabulary) = ShapeCheck.Rank2(logits);
        using var scope = NewDisposeScope();
        var single = logits.to(ScalarType.Float32).cpu().contiguous();
        var ids = new int[rows];
        var logProbs = withLogProbs ? new float[rows] : null;
        void Row(int row)
        {
            var values = MemoryMarshal.Cast<byte, float>(single.bytes).Slice(row * (int)vocabulary, (int)vocabulary);
            var rented = ArrayPool<double>.Shared.Rent((int)vocabulary);
            try
            {
                var weights = rented.AsSpan(0, (int)vocabulary);
                for (var i = 0; i < weights.Length; i++) weights[i] = values[i];
                var (id, logProb) = Draw(weights, uniforms[row], options, previous?[row]);
                ids[row] = id;
                if (logProbs is not null) logProbs[row] = logProb;
            }
            finally
            {
                ArrayPool<double>.Shared.Return(rented);
            }
        }
        if (rows * vocabulary < ParallelFrom)
            for (var row = 0; row < rows; row++) Row(row);
        else
            Rethrow(() => Parallel.For(0, (int)rows, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, Row));
        return new SampledTokens(ids, logProbs);
    }

    /// <summary>Draws from one row's logits, which become its weights.</summary>
    internal static (int Id, float LogProb) Draw(Span<double> weights, double uniform, SamplingOptions options, IReadOnlyCollection<int>? previous)
    {
        var total = Filter(weights, options, previous);
        if (options.IsGreedy) return (ArgMax(weights), 0);
        var id = Invert(weights, uniform * total);
        return (id, (float)Math.Log(weights[id] / total));
    }

    /// <summary>Turns one row's logits into weights that add up to the returned total; tokens that a filter drops weigh zero.</summary>
    internal static double Filter(Span<double> weights, SamplingOptions options, IReadOnlyCollection<int>? previous)
    {
        if (options.RepetitionPenalty != 1 && previous is not null)
            foreach (var id in previous.Distinct())
                weights[id] = weights[id] > 0 ? weights[id] / options.RepetitionPenalty : weights[id] * options.RepetitionPenalty;
        var highest = Largest(weights);
        if (options.IsGreedy) return 1;
        SpanMath.ExpOfDifference(weights, highest, options.Temperature);
        if (options.TopK > 0 && options.TopK < weights.Length) DropBelow(weights, TokenFilters.KthLargest(weights, options.TopK)); // ties with the k-th stay, as in transformers
        if (options.TopP < 1) TokenFilters.KeepTopP(weights, options.TopP, SpanMath.Sum(weights));
        if (options.MinP > 0) DropBelow(weights, options.MinP); // the best token always weighs exactly 1
        return SpanMath.Sum(weights);
    }

    private static double Largest(ReadOnlySpan<double> logits)
    {
        var highest = SpanMath.Max(logits);
        if (double.IsNaN(highest))
            throw new InvalidOperationException("The model's logits contain NaN. Are its weights whole, and is its type wide enough?");
        if (!double.IsFinite(highest)) throw new InvalidOperationException($"The model's highest logit is {highest}.");
        return highest;
    }

    private static void DropBelow(Span<double> weights, double least)
    {
        for (var i = 0; i < weights.Length; i++)
            if (weights[i] < least) weights[i] = 0;
    }

    private static int ArgMax(ReadOnlySpan<double> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
            if (values[i] > values[best]) best = i;
        return best;
    }

    /// <summary>The first token at which the cumulative weight exceeds <paramref name="at"/>, in the order of ids.</summary>
    private static int Invert(ReadOnlySpan<double> weights, double at)
    {
        const int block = 256;
        var sum = 0.0;
        var last = 0;
        for (var start = 0; start < weights.Length; start += block)
        {
            var part = weights.Slice(start, Math.Min(block, weights.Length - start));
            var mass = SpanMath.Sum(part);
            if (mass == 0) continue;
            // Whole blocks are skipped; inside the one that may hold the place, tokens are added one by one.
            if (at >= sum + mass && start + block < weights.Length)
            {
                sum += mass;
                last = start + part.LastIndexOfAnyExcept(0.0);
                continue;
            }
            var within = sum;
            for (var i = 0; i < part.Length; i++)
            {
                if (part[i] == 0) continue;
                last = start + i;
                within += part[i];
                if (at < within) return last;
            }
            sum += mass;
        }
        return last; // rounding put the number at the very end
    }

    /// <summary>A failure inside a parallel loop is raised as itself.</summary>
    private static void Rethrow(Action action)
    {
        try
        {
            action();
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e.InnerExceptions[0]).Throw();
        }
    }
}
