using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>Counts NaN and infinite numbers in weights as they pass by; they are otherwise found only when every answer is noise.</summary>
internal static class NonFinite
{
    /// <summary>Number of NaN and infinite values; 0 for types that have none.</summary>
    public static long Count(ReadOnlySpan<byte> bytes, ScalarType type) => type switch
    {
        ScalarType.Float32 => Count(MemoryMarshal.Cast<byte, uint>(bytes), 0x7F800000u),
        ScalarType.BFloat16 => Count(MemoryMarshal.Cast<byte, ushort>(bytes), (ushort)0x7F80),
        ScalarType.Float16 => Count(MemoryMarshal.Cast<byte, ushort>(bytes), (ushort)0x7C00),
        ScalarType.Float64 => Count(MemoryMarshal.Cast<byte, ulong>(bytes), 0x7FF0000000000000ul),
        _ => 0,
    };

    /// <summary>A number is NaN or infinite exactly when every bit of its exponent is set.</summary>
    private static long Count<T>(ReadOnlySpan<T> bits, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var mask = new Vector<T>(exponent);
        var at = 0;
        long count = 0;
        for (; at <= bits.Length - Vector<T>.Count; at += Vector<T>.Count)
        {
            var masked = new Vector<T>(bits[at..]) & mask;
            if (Vector.EqualsAny(masked, mask)) count += CountSlowly(bits.Slice(at, Vector<T>.Count), exponent);
        }
        return count + CountSlowly(bits[at..], exponent);
    }

    private static long CountSlowly<T>(ReadOnlySpan<T> bits, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        long count = 0;
        foreach (var value in bits)
            if ((value & exponent) == exponent) count++;
        return count;
    }
}
