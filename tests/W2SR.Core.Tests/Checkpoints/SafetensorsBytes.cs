using System.Buffers.Binary;
using System.Text;

namespace W2SR.Core.Tests.Checkpoints;

/// <summary>Safetensors files put together by hand, so that they can be wrong on purpose.</summary>
internal static class SafetensorsBytes
{
    public static byte[] File(string header, byte[] data, long? claimedLength = null)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, claimedLength ?? json.Length);
        json.CopyTo(bytes, 8);
        data.CopyTo(bytes, 8 + json.Length);
        return bytes;
    }

    /// <summary>Two small float tensors and one of integers, all in order.</summary>
    public static byte[] Valid() => File(
        """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[16,24]},"ids":{"dtype":"I64","shape":[1],"data_offsets":[24,32]}}""",
        [.. new float[] { 1, -2, 0.5f, 3 }.SelectMany(BitConverter.GetBytes), .. new float[] { 1, 2, 3, 4 }.SelectMany(f => BitConverter.GetBytes(f)[2..]), .. BitConverter.GetBytes(77L)]);
}
