using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Tensors;

/// <summary>
/// Rounds float32 weights to bfloat16 so that many of them are right on average: each has a fixed threshold of its own, from 0 up to one spacing, at which it goes to the upper neighbour. A weight that has
/// bfloat16's precision stays as it is, and a step of a thousandth of a spacing moves one weight in a thousand. Rounding to nearest has one threshold for all:
/// small steps do nothing until they add up, or turn over at once every weight that lies on it, as 8% do of those from a 4-bit file (docs/decisions/0013).
/// </summary>
internal static unsafe class DitheredRounding
{
    /// <summary>Thresholds come again after so many weights; a prime, so that they do not line up with rows.</summary>
    internal const int Period = 65_521;

    private const int PeriodsAtATime = 32, Kept = unchecked((int)0xFFFF0000);

    /// <summary>A shuffled sequence of the 16-bit numbers: each step below can be undone, so that none comes twice.</summary>
    internal static readonly ushort[] Thresholds = [.. Enumerable.Range(0, Period).Select(i =>
    {
        var x = (ushort)i;
        x ^= (ushort)(x >> 8);
        x *= 0x88B5;
        x ^= (ushort)(x >> 7);
        x *= 0xDB2D;
        return (ushort)(x ^ (x >> 9));
    })];

    /// <summary>Writes the rounded numbers.</summary>
    /// <param name="from"><c>[N]</c>, float32, contiguous.</param>
    /// <param name="to"><c>[N]</c>, bfloat16, contiguous, on the same device.</param>
    public static void Copy(Tensor from, Tensor to)
    {
        if (from.device_type != DeviceType.CPU)
        {
            CopyByOperators(from, to);
            return;
        }
        var (bits, upper, count) = ((nint)ExternalMemory.Address(from), (nint)ExternalMemory.Address(to), from.numel());
        KernelThreads.Run((int)((count + Period - 1) / Period), i =>
        {
            var start = (long)i * Period;
            RoundPeriod((uint*)bits + start, (ushort*)upper + start, (int)Math.Min(Period, count - start));
        });
        GC.KeepAlive(from);
        GC.KeepAlive(to);
    }

    private static void RoundPeriod(uint* bits, ushort* upper, int count)
    {
        var i = 0;
        fixed (ushort* thresholds = Thresholds)
        {
            for (; i + Vector256<ushort>.Count <= count; i += Vector256<ushort>.Count)
            {
                var (low, high) = Vector256.Widen(Vector256.Load(thresholds + i));
                low += Vector256.Load(bits + i);
                high += Vector256.Load(bits + i + Vector256<uint>.Count);
                Vector256.Narrow(low >>> 16, high >>> 16).Store(upper + i);
            }
            for (; i < count; i++) upper[i] = (ushort)((bits[i] + thresholds[i]) >> 16);
        }
    }

    /// <summary>The same for any device.</summary>
    internal static void CopyByOperators(Tensor from, Tensor to)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Tensor thresholds = tensor(Array.ConvertAll(Thresholds, t => (int)t), device: from.device), kept = tensor(Kept, device: from.device);
        using Scalar one = 1; // an integer, as the bits are
        var bits = NativeOps.ViewAs(from, ScalarType.Int32);
        for (long start = 0, count = from.numel(); start < count; start += Period * PeriodsAtATime)
        {
            using var piece = NewDisposeScope();
            var length = Math.Min(Period * PeriodsAtATime, count - start);
            var whole = length / Period * Period;
            if (whole > 0) Round(start, whole, thresholds);
            if (whole < length) Round(start + whole, length - whole, thresholds.narrow(0, 0, length - whole));
        }

        void Round(long start, long length, Tensor offsets)
        {
            var raised = bits.narrow(0, start, length).view(-1, offsets.shape[0]).add(offsets, one);
            to.narrow(0, start, length).copy_(NativeOps.ViewAs(raised.bitwise_and_(kept), ScalarType.Float32).view(-1));
        }
    }
}
