using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary>Reads the fields of a GGUF header in order. Every length is compared with what is left of the file before anything is allocated.</summary>
internal sealed class GgufCursor(SafeFileHandle file, string path)
{
    private const int LongestString = 1 << 26;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly byte[] buffer = new byte[1 << 16];
    private readonly long length = RandomAccess.GetLength(file);
    private long bufferStart;
    private int bufferLength;

    /// <summary>What is being read, for errors.</summary>
    public string Location { get; set; } = "header";

    public long Position { get; private set; }

    public long Left => length - Position;

    public byte U8() => Take(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A number of things of which each takes at least so many bytes.</summary>
    public int Count(string what, int leastBytes)
    {
        var count = U64();
        return count <= (ulong)(Left / leastBytes) && count <= int.MaxValue / 2
            ? (int)count
            : throw Wrong($"claims {count} {what}, but only {Left} bytes of the file are left. Was it cut off, or is it damaged?");
    }

    public string Text()
    {
        var count = U64();
        if (count > (ulong)Left || count > LongestString)
            throw Wrong($"claims a string of {count} bytes, but only {Left} bytes of the file are left (and at most {LongestString} are read). Was it cut off, or is it damaged?");
        try
        {
            if (count <= (ulong)buffer.Length) return Strict.GetString(Take((int)count));
            var bytes = new byte[count];
            FileBytes.ReadExactly(file, path, bytes, Position);
            Position += bytes.Length;
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new W2srFormatException(path, Location, "holds text that is not UTF-8.", e);
        }
    }

    public W2srFormatException Wrong(string problem) => new(path, Location, problem);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left) throw Wrong($"ends at byte {length}, {count - Left} bytes too early. Was the file cut off?");
        if (Position < bufferStart || Position + count > bufferStart + bufferLength)
        {
            bufferStart = Position;
            bufferLength = (int)Math.Min(buffer.Length, Left);
            FileBytes.ReadExactly(file, path, buffer.AsSpan(0, bufferLength), bufferStart);
        }
        var at = (int)(Position - bufferStart);
        Position += count;
        return buffer.AsSpan(at, count);
    }
}
