using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;
using W2SR.Core.Common;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>The safetensors format: eight bytes of header length, a JSON header, then the numbers.</summary>
/// <remarks>https://huggingface.co/docs/safetensors. Files are written atomically and identical for identical input.</remarks>
internal static class SafetensorsFile
{
    private const long LargestHeader = 100_000_000; // the limit of the reference implementation

    private static readonly Dictionary<ScalarType, (string Name, int Size)> Types = new()
    {
        [ScalarType.Float64] = ("F64", 8),
        [ScalarType.Float32] = ("F32", 4),
        [ScalarType.BFloat16] = ("BF16", 2),
        [ScalarType.Float16] = ("F16", 2),
    };

    /// <summary>Writes tensors in the given order.</summary>
    public static void Write(string path, IReadOnlyList<KeyValuePair<string, Tensor>> tensors)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                var (type, size) = Types[tensor.dtype];
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                json.WriteStartArray("shape");
                foreach (var n in tensor.shape) json.WriteNumberValue(n);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.numel() * size);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0) header.WriteByte((byte)' '); // numbers start aligned
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header.GetBuffer().AsSpan(0, (int)header.Length));
            foreach (var (_, tensor) in tensors)
            {
                using var scope = NewDisposeScope();
                stream.Write(tensor.detach().cpu().contiguous().bytes);
            }
        });
    }

    /// <summary>Reads a file into tensors that exist already; names, shapes and types must be exactly theirs.</summary>
    /// <exception cref="W2srFormatException">The file is damaged or holds other tensors.</exception>
    public static void ReadInto(string path, IReadOnlyDictionary<string, Tensor> targets)
    {
        using var stream = File.OpenRead(path);
        var (entries, dataStart) = ReadHeader(path, stream);
        var problems = targets.Keys.Except(entries.Keys).Select(n => $"'{n}' is missing")
            .Concat(entries.Keys.Except(targets.Keys).Select(n => $"'{n}' is unexpected"))
            .Concat(from e in entries where targets.ContainsKey(e.Key) let d = Difference(e.Value, targets[e.Key]) where d is not null select $"'{e.Key}' {d}")
            .ToArray();
        if (problems.Length > 0)
            throw new W2srFormatException(path, null, $"{string.Join("; ", problems)}. Are the weights of this model?");
        foreach (var (name, entry) in entries)
        {
            using var scope = NewDisposeScope();
            var staging = empty(entry.Shape, targets[name].dtype);
            stream.Position = dataStart + entry.Start;
            stream.ReadExactly(staging.bytes);
            targets[name].copy_(staging);
        }
    }

    private static string? Difference(Entry entry, Tensor target)
    {
        if (!entry.Shape.AsSpan().SequenceEqual(target.shape)) return $"has shape [{string.Join(", ", entry.Shape)}], the model expects [{string.Join(", ", target.shape)}]";
        var expected = Types[target.dtype].Name;
        return entry.Type == expected ? null : $"is {entry.Type}, the model holds {expected}";
    }

    private static (Dictionary<string, Entry> Entries, long DataStart) ReadHeader(string path, FileStream stream)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.Length < 8) throw new W2srFormatException(path, null, $"has {stream.Length} bytes, too few for a header. Was it cut off?");
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length is < 2 or > LargestHeader || length > stream.Length - 8)
            throw new W2srFormatException(path, "header", $"claims {length} bytes, the file has {stream.Length}. Was it cut off?");
        var json = new byte[length];
        stream.ReadExactly(json);
        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var property in document.RootElement.EnumerateObject())
                if (property.Name != "__metadata__" && !entries.TryAdd(property.Name, Parse(property.Value)))
                    throw new W2srFormatException(path, property.Name, "appears twice.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new W2srFormatException(path, "header", "is not a safetensors header: " + e.Message, e);
        }
        CheckOffsets(path, entries, stream.Length - 8 - length);
        return (entries, 8 + length);
    }

    private static Entry Parse(JsonElement value)
    {
        var offsets = value.GetProperty("data_offsets");
        return new Entry(value.GetProperty("dtype").GetString() ?? "", [.. value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())],
            offsets[0].GetInt64(), offsets[1].GetInt64());
    }

    /// <summary>Every tensor must have its size, and together they must tile the data without gap or overlap.</summary>
    private static void CheckOffsets(string path, Dictionary<string, Entry> entries, long available)
    {
        long end = 0;
        foreach (var (name, entry) in entries.OrderBy(e => e.Value.Start).ThenBy(e => e.Value.End))
        {
            var size = Types.Values.FirstOrDefault(t => t.Name == entry.Type).Size;
            if (size == 0) throw new W2srFormatException(path, name, $"has type {entry.Type}, which is not read here.");
            Int128 bytes = size;
            foreach (var n in entry.Shape)
            {
                if (n < 0 || (bytes *= n) > long.MaxValue) throw new W2srFormatException(path, name, $"has the impossible shape [{string.Join(", ", entry.Shape)}].");
            }
            if (entry.Start != end || entry.End - entry.Start != bytes || entry.End > available)
                throw new W2srFormatException(path, name, $"lies at {entry.Start} to {entry.End}; expected {bytes} bytes from {end} within {available}.");
            end = entry.End;
        }
        if (end != available) throw new W2srFormatException(path, null, $"has {available - end} bytes after its last tensor.");
    }

    private sealed record Entry(string Type, long[] Shape, long Start, long End);
}
