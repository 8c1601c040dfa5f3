using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary>The header of a safetensors file, read and checked before anything of the size that it claims is allocated.</summary>
/// <remarks>Tensors must tile the data from its first byte to its last, as the format's reference implementation asks.</remarks>
internal sealed record SafetensorsHeader(IReadOnlyList<CheckpointTensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    private const long LargestHeader = 100_000_000; // the limit of the reference implementation

    public static SafetensorsHeader Read(SafeFileHandle file, string path)
    {
        var fileLength = RandomAccess.GetLength(file);
        Span<byte> prefix = stackalloc byte[8];
        if (fileLength < 8) throw new W2srFormatException(path, null, $"has {fileLength} bytes, too few for a header. Was it cut off?");
        FileBytes.ReadExactly(file, path, prefix, 0);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)fileLength - 8)
            throw new W2srFormatException(path, "header", $"claims {length} bytes, the file has {fileLength}. Was it cut off, or is it no safetensors file?");
        if (length is < 2 or > LargestHeader)
            throw new W2srFormatException(path, "header", $"claims {length} bytes; a header has 2 to {LargestHeader}.");
        var json = new byte[length];
        FileBytes.ReadExactly(file, path, json, 8);
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(document.RootElement, path, 8 + (long)length, fileLength - 8 - (long)length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw new W2srFormatException(path, "header", "is not a safetensors header: " + e.Message, e);
        }
    }

    private static SafetensorsHeader Parse(JsonElement root, string path, long dataStart, long available)
    {
        var tensors = new List<CheckpointTensor>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (!names.Add(property.Name)) throw new W2srFormatException(path, property.Name, "appears twice in the header. Which one is meant cannot be told; export the file again.");
            if (property.Name != "__metadata__") tensors.Add(ParseTensor(property, path, dataStart, available));
            else foreach (var entry in property.Value.EnumerateObject()) metadata[entry.Name] = entry.Value.GetString() ?? "";
        }
        CheckTiling(tensors, path, dataStart, available);
        return new SafetensorsHeader(tensors, metadata);
    }

    private static CheckpointTensor ParseTensor(JsonProperty property, string path, long dataStart, long available)
    {
        var name = property.Name;
        var type = property.Value.GetProperty("dtype").GetString() ?? "";
        if (SafetensorsTypes.Bits(type) is not { } bits)
            throw new W2srFormatException(path, name, $"has the unknown type '{type}'. Export it as F32, F16 or BF16.");
        var shape = property.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64()).ToArray();
        Int128 size = bits, extent = 1; // extent counts empty dimensions as one: libtorch's strides must not overflow either
        foreach (var n in shape)
        {
            if (n < 0 || (size *= n) > long.MaxValue || (extent *= Math.Max(n, 1)) > long.MaxValue || shape.Length > 16)
                throw new W2srFormatException(path, name, $"has the impossible shape [{string.Join(", ", shape.Take(16))}].");
        }
        if (size % 8 != 0) throw new W2srFormatException(path, name, $"has {size} bits, which fill no whole bytes.");
        var offsets = property.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2) throw new W2srFormatException(path, name, $"has {offsets.GetArrayLength()} data_offsets, expected a beginning and an end.");
        long start = offsets[0].GetInt64(), end = offsets[1].GetInt64();
        if (start < 0 || end < start || end > available)
            throw new W2srFormatException(path, name, $"lies at {start} to {end}, outside the {available} bytes of data. Was the file cut off?");
        if (end - start != size / 8)
            throw new W2srFormatException(path, name, $"lies at {start} to {end}, but {type} [{string.Join(", ", shape)}] has {size / 8} bytes.");
        return new CheckpointTensor(name, type, shape, dataStart + start, end - start);
    }

    private static void CheckTiling(List<CheckpointTensor> tensors, string path, long dataStart, long available)
    {
        tensors.Sort((a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.ByteCount != b.ByteCount ? a.ByteCount.CompareTo(b.ByteCount) : string.CompareOrdinal(a.Name, b.Name));
        var end = dataStart;
        foreach (var tensor in tensors)
        {
            if (tensor.Offset != end)
                throw new W2srFormatException(path, tensor.Name, tensor.Offset < end
                    ? $"begins at {tensor.Offset - dataStart}; it overlaps the tensor before it, which ends at {end - dataStart}."
                    : $"begins at {tensor.Offset - dataStart}, after a gap from {end - dataStart} on.");
            end += tensor.ByteCount;
        }
        if (end != dataStart + available)
            throw new W2srFormatException(path, null, $"has {dataStart + available - end} bytes after its last tensor. Is it two files in one, or was a header rewritten?");
    }
}
