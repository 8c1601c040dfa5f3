using System.Runtime.Intrinsics;

namespace W2SR.Core.Tensors;

/// <summary>How numbers lie in memory that kernels compute with as float32.</summary>
internal unsafe interface IStoredNumbers
{
    /// <summary>Bytes of one number.</summary>
    static abstract int Size { get; }

    /// <summary>One number.</summary>
    static abstract float Read(byte* at);

    /// <summary>Sixteen neighbours.</summary>
    static abstract Vector512<float> Load(byte* at);

    /// <summary>Rounds one number to the nearest that can be stored.</summary>
    static abstract void Write(byte* at, float value);
}
