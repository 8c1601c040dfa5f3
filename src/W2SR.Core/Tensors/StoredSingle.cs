using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace W2SR.Core.Tensors;

/// <summary>float32.</summary>
internal readonly unsafe struct StoredSingle : IStoredNumbers
{
    public static int Size => sizeof(float);

    public static float Read(byte* at) => *(float*)at;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* at) => Vector512.Load((float*)at);

    public static void Write(byte* at, float value) => *(float*)at = value;
}
