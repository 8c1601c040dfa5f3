using System.Runtime.Intrinsics;

namespace W2SR.Core.Checkpoints;

// The "K" types: 256 numbers in eight or sixteen groups with scales of their own.
internal static unsafe partial class Dequantizer
{
    private static void Q2K(byte* b, float* o)
    {
        float d = Half(b + 80), minimum = Half(b + 82);
        for (var group = 0; group < 16; group++)
        {
            var half = group >> 3;                       // 128 numbers share 32 bytes of two-bit fields
            var q = Vector128.Load(b + 16 + half * 32 + (group & 1) * 16) >>> (((group >> 1) & 3) * 2);
            Unsigned(q & Vector128.Create((byte)3), d * (b[group] & 0x0F), minimum * (b[group] >> 4), o + group * 16);
        }
    }

    private static void Q3K(byte* b, float* o)
    {
        var d = Half(b + 108);
        for (var group = 0; group < 16; group++)
        {
            int half = group >> 3, field = (group >> 1) & 3, part = (group & 1) * 16;
            var low = (Vector128.Load(b + 32 + half * 32 + part) >>> (field * 2)) & Vector128.Create((byte)3);
            var bit = Vector128.Create((byte)(1 << (half * 4 + field)));
            var isClear = Vector128.Equals(Vector128.Load(b + part) & bit, Vector128<byte>.Zero); // a clear bit takes four away
            var q = low.AsSByte() - (isClear & Vector128.Create((byte)4)).AsSByte();
            int lowScale = group < 8 ? b[96 + group] & 0x0F : b[96 + group - 8] >> 4, highScale = (b[104 + (group & 3)] >> (2 * (group >> 2))) & 3;
            Signed(q, d * ((lowScale | (highScale << 4)) - 32), o + group * 16);
        }
    }

    private static void Q4K(byte* b, float* o)
    {
        float d = Half(b), minimum = Half(b + 2);
        for (var group = 0; group < 8; group++)
        {
            var (scale, offset) = SixBits(b + 4, group);
            for (var part = 0; part < 32; part += 16)
            {
                var q = Vector128.Load(b + 16 + (group >> 1) * 32 + part);
                Unsigned((group & 1) == 0 ? q & Nibble : q >>> 4, d * scale, minimum * offset, o + group * 32 + part);
            }
        }
    }

    private static void Q5K(byte* b, float* o)
    {
        float d = Half(b), minimum = Half(b + 2);
        for (var group = 0; group < 8; group++)
        {
            var (scale, offset) = SixBits(b + 4, group);
            var bit = Vector128.Create((byte)(1 << group));
            for (var part = 0; part < 32; part += 16)
            {
                var q = Vector128.Load(b + 48 + (group >> 1) * 32 + part);
                var fifth = Vector128.Equals(Vector128.Load(b + 16 + part) & bit, bit) & Vector128.Create((byte)0x10);
                Unsigned(((group & 1) == 0 ? q & Nibble : q >>> 4) | fifth, d * scale, minimum * offset, o + group * 32 + part);
            }
        }
    }

    private static void Q6K(byte* b, float* o)
    {
        var d = Half(b + 208);
        for (var group = 0; group < 16; group++)
        {
            int half = group >> 3, field = (group >> 1) & 3, part = (group & 1) * 16;
            var low = Vector128.Load(b + half * 64 + (field & 1) * 32 + part);
            var high = (Vector128.Load(b + 128 + half * 32 + part) >>> (field * 2)) & Vector128.Create((byte)3);
            var q = ((field < 2 ? low & Nibble : low >>> 4) | (high << 4)).AsSByte() - Vector128.Create((sbyte)32);
            Signed(q, d * (sbyte)b[192 + group], o + group * 16);
        }
    }

    /// <summary>The six-bit scale and minimum of one of eight groups, packed into twelve bytes.</summary>
    private static (float Scale, float Minimum) SixBits(byte* s, int group) => group < 4
        ? (s[group] & 0x3F, s[group + 4] & 0x3F)
        : ((s[group + 4] & 0x0F) | ((s[group - 4] >> 2) & 0x30), (s[group + 4] >> 4) | ((s[group] >> 2) & 0x30));
}
