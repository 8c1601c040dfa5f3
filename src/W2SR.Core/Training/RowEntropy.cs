using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>Entropy of distributions that are only measured. On the CPU a row's sum runs in a fixed order in double precision, so that a metric is the same in every process.</summary>
internal static class RowEntropy
{
    // Below this many numbers a second thread costs more than it takes over.
    private const long ParallelFrom = 1 << 17;

    /// <summary>Entropies in nats.</summary>
    /// <param name="logProbs"><c>[S, V]</c>: rows of log-probs, contiguous.</param>
    /// <returns><c>[S]</c> of the same type, without a graph, in the caller's dispose scope.</returns>
    public static Tensor Of(Tensor logProbs)
    {
        using var quiet = no_grad();
        if (logProbs.device.type != DeviceType.CPU || logProbs.dtype != ScalarType.Float32)
        {
            using var scope = NewDisposeScope();
            return (logProbs.exp() * logProbs).sum(1).neg_().MoveToOuterDisposeScope();
        }
        var (rows, width) = ShapeCheck.Rank2(logProbs);
        var result = new float[rows];
        void Row(int row) => result[row] = (float)Sum(MemoryMarshal.Cast<byte, float>(logProbs.bytes).Slice(row * (int)width, (int)width));
        if (rows * width < ParallelFrom)
            for (var row = 0; row < rows; row++) Row(row);
        else
            Parallel.For(0, (int)rows, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, Row);
        return tensor(result);
    }

    /// <summary>-sum of p log p. A log-prob of minus infinity adds nothing.</summary>
    internal static double Sum(ReadOnlySpan<float> logProbs)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(logProbs);
        Vector512<double> low = default, high = default;
        foreach (var vector in vectors)
        {
            var (first, second) = Vector512.Widen(vector);
            low += Term(first);
            high += Term(second);
        }
        var total = Vector512.Sum(low + high);
        foreach (var l in logProbs[(vectors.Length * Vector512<float>.Count)..])
            if (!float.IsNegativeInfinity(l)) total += Math.Exp(l) * l;
        return -total;
    }

    private static Vector512<double> Term(Vector512<double> logProbs)
    {
        var finite = Vector512.Max(logProbs, Vector512.Create(-1000.0)); // exp gives 0 there; infinity times 0 would be NaN
        return Vector512.Exp(finite) * finite;
    }
}
