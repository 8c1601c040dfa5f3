using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace W2SR.Core.Tensors;

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly unsafe struct StoredBFloat16 : IStoredNumbers
{
    public static int Size => sizeof(ushort);

    public static float Read(byte* at) => BitConverter.UInt32BitsToSingle((uint)*(ushort*)at << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* at) => (Vector512.WidenLower(Vector256.Load((ushort*)at).ToVector512()) << 16).AsSingle();

    public static void Write(byte* at, float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        // To nearest, ties to even; a NaN stays one.
        *(ushort*)at = float.IsNaN(value) ? (ushort)0x7fc0 : (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
}
