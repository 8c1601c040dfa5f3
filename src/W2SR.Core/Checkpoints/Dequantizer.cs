using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace W2SR.Core.Checkpoints;

/// <summary>
/// GGUF's quantized blocks to float32, sixteen numbers at a time. Every product and sum is rounded on its own, in the order of the
/// reference implementation (gguf-py), so that the bits are equal to its.
/// </summary>
/// <remarks>Block layouts: ggml's <c>block_q*</c> structures. This file: blocks of 32; <c>DequantizerK.cs</c>: blocks of 256.</remarks>
internal static unsafe partial class Dequantizer
{
    /// <summary>Dequantizes whole blocks.</summary>
    /// <param name="type">A quantized type of <see cref="GgufType"/>.</param>
    /// <param name="blocks">The blocks, one after the other.</param>
    /// <param name="output">As many elements as they hold.</param>
    public static void Run(GgufType type, ReadOnlySpan<byte> blocks, Span<float> output)
    {
        var count = blocks.Length / type.BlockBytes;
        if (blocks.Length % type.BlockBytes != 0 || output.Length != (long)count * type.BlockElements)
            throw new ArgumentException($"{blocks.Length} bytes of {type.Name} do not fill {output.Length} numbers.");
        delegate*<byte*, float*, void> block = type.Name switch
        {
            "Q4_0" => &Q40,
            "Q4_1" => &Q41,
            "Q5_0" => &Q50,
            "Q5_1" => &Q51,
            "Q8_0" => &Q80,
            "Q2_K" => &Q2K,
            "Q3_K" => &Q3K,
            "Q4_K" => &Q4K,
            "Q5_K" => &Q5K,
            "Q6_K" => &Q6K,
            _ => throw new ArgumentException($"{type.Name} is not quantized."),
        };
        fixed (byte* source = blocks)
        fixed (float* target = output)
        {
            for (var i = 0; i < count; i++) block(source + (long)i * type.BlockBytes, target + (long)i * type.BlockElements);
        }
    }

    private static void Q40(byte* b, float* o)
    {
        var d = Half(b);
        var q = Vector128.Load(b + 2);
        Signed((q & Nibble).AsSByte() - Vector128.Create((sbyte)8), d, o);
        Signed((q >>> 4).AsSByte() - Vector128.Create((sbyte)8), d, o + 16);
    }

    private static void Q41(byte* b, float* o)
    {
        float d = Half(b), m = Half(b + 2);
        var q = Vector128.Load(b + 4);
        Unsigned(q & Nibble, d, -m, o); // x - (-m) is x + m, bit for bit
        Unsigned(q >>> 4, d, -m, o + 16);
    }

    private static void Q50(byte* b, float* o)
    {
        var d = Half(b);
        var q = Vector128.Load(b + 6);
        Signed(((q & Nibble) | FifthBits(b + 2)).AsSByte() - Vector128.Create((sbyte)16), d, o);
        Signed(((q >>> 4) | FifthBits(b + 4)).AsSByte() - Vector128.Create((sbyte)16), d, o + 16);
    }

    private static void Q51(byte* b, float* o)
    {
        float d = Half(b), m = Half(b + 2);
        var q = Vector128.Load(b + 8);
        Unsigned((q & Nibble) | FifthBits(b + 4), d, -m, o);
        Unsigned((q >>> 4) | FifthBits(b + 6), d, -m, o + 16);
    }

    private static void Q80(byte* b, float* o)
    {
        var d = Half(b);
        Signed(Vector128.Load((sbyte*)b + 2), d, o);
        Signed(Vector128.Load((sbyte*)b + 18), d, o + 16);
    }

    private static Vector128<byte> Nibble => Vector128.Create((byte)0x0F);

    private static float Half(byte* at) => (float)BitConverter.UInt16BitsToHalf(Unsafe.ReadUnaligned<ushort>(at));

    /// <summary>Sixteen bits to sixteen bytes of 0x10 or 0.</summary>
    private static Vector128<byte> FifthBits(byte* at)
    {
        var spread = Vector128.Create(Vector64.Create(at[0]), Vector64.Create(at[1]));
        var bit = Vector128.Create((byte)1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128);
        return Vector128.Equals(spread & bit, bit) & Vector128.Create((byte)0x10);
    }

    /// <summary>o = d * q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Signed(Vector128<sbyte> q, float d, float* o)
    {
        var (low, high) = Vector128.Widen(q);
        var (a, b) = Vector256.Widen(Vector256.Create(low, high));
        var scale = Vector256.Create(d);
        (Vector256.ConvertToSingle(a) * scale).Store(o);
        (Vector256.ConvertToSingle(b) * scale).Store(o + 8);
    }

    /// <summary>o = d * q - m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Unsigned(Vector128<byte> q, float d, float m, float* o)
    {
        var (low, high) = Vector128.Widen(q);
        var (a, b) = Vector256.Widen(Vector256.Create(low, high));
        Vector256<float> scale = Vector256.Create(d), minimum = Vector256.Create(m);
        (Vector256.ConvertToSingle(a.AsInt32()) * scale - minimum).Store(o);
        (Vector256.ConvertToSingle(b.AsInt32()) * scale - minimum).Store(o + 8);
    }
}
