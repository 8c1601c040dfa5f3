using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>Writes safetensors: whole files or none, and the same bytes for the same input.</summary>
/// <remarks>Metadata is <c>format: pt</c>, as Hugging Face transformers asks. Larger types come first, so that every number is aligned; otherwise the given order is kept.</remarks>
public static unsafe class SafetensorsWriter
{
    /// <summary>Shards are at most this large unless the caller says otherwise: 5 GB, as Hugging Face checkpoints have it.</summary>
    public const long DefaultShardBytes = 5_000_000_000;

    private const long ChunkElements = 1 << 20;

    /// <summary>Writes one file through a temporary neighbour: written, flushed to disk, then renamed.</summary>
    /// <param name="path">The file; an existing one is replaced in one step.</param>
    /// <param name="tensors">Names and tensors, on any device; borrowed.</param>
    /// <param name="storedAs">The floating-point type in the file, by name; null or a null result keeps the tensor's own.</param>
    /// <exception cref="ArgumentException">A name is empty, reserved or there twice, or the format has no such type.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, Func<string, ScalarType?>? storedAs = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WriteFile(path, Plan(tensors, storedAs));
    }

    /// <summary>Writes a folder's weights: one <c>model.safetensors</c>, or shards with <c>model.safetensors.index.json</c>, which is written last.</summary>
    /// <param name="folder">Exists already.</param>
    /// <param name="tensors">Names and tensors, on any device; borrowed.</param>
    /// <param name="maxShardBytes">Most bytes of numbers in one file; a larger tensor has a file of its own.</param>
    /// <param name="storedAs">The floating-point type in the file, by name; null or a null result keeps the tensor's own.</param>
    /// <returns>Names of the files that were written.</returns>
    /// <exception cref="ArgumentException">As in <see cref="Write"/>.</exception>
    public static IReadOnlyList<string> WriteFolder(
        string folder, IEnumerable<KeyValuePair<string, Tensor>> tensors, long maxShardBytes = DefaultShardBytes, Func<string, ScalarType?>? storedAs = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxShardBytes, 1);
        var shards = Split(Plan(tensors, storedAs), maxShardBytes);
        if (shards.Count <= 1)
        {
            WriteFile(Path.Combine(folder, ShardIndex.SingleFile), shards.Count == 0 ? [] : shards[0]);
            return [ShardIndex.SingleFile];
        }
        var files = Enumerable.Range(1, shards.Count).Select(i => $"model-{i:D5}-of-{shards.Count:D5}.safetensors").ToArray();
        for (var i = 0; i < files.Length; i++) WriteFile(Path.Combine(folder, files[i]), shards[i]);
        var placed = shards.SelectMany((shard, i) => shard.Select(t => (t.Name, File: files[i])));
        ShardIndex.Write(Path.Combine(folder, ShardIndex.FileName), placed, shards.Sum(s => s.Sum(t => t.ByteCount)));
        return [.. files, ShardIndex.FileName];
    }

    private static Planned[] Plan(IEnumerable<KeyValuePair<string, Tensor>> tensors, Func<string, ScalarType?>? storedAs)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var plan = new List<Planned>();
        foreach (var (name, tensor) in tensors)
        {
            if (string.IsNullOrEmpty(name) || name == "__metadata__" || !names.Add(name))
                throw new ArgumentException($"'{name}' cannot name a tensor: {(name == "__metadata__" ? "the format keeps it for itself" : "it is empty or there twice")}.", nameof(tensors));
            ArgumentNullException.ThrowIfNull(tensor, name);
            var type = storedAs?.Invoke(name) ?? tensor.dtype;
            if (SafetensorsTypes.FromTorch(type) is not { } stored)
                throw new ArgumentException($"'{name}' is {type}, which safetensors cannot hold.", nameof(tensors));
            if (type != tensor.dtype && !(SafetensorsTypes.IsFloating(type) && SafetensorsTypes.IsFloating(tensor.dtype)))
                throw new ArgumentException($"'{name}' is {tensor.dtype} and cannot be stored as {type}.", nameof(tensors));
            plan.Add(new Planned(name, tensor, type, stored, tensor.shape, tensor.numel() * SafetensorsTypes.Size(type)));
        }
        return [.. plan.OrderByDescending(p => SafetensorsTypes.Size(p.Type))]; // stable
    }

    private static List<List<Planned>> Split(IReadOnlyList<Planned> plan, long maxShardBytes)
    {
        var shards = new List<List<Planned>>();
        long filled = 0;
        foreach (var tensor in plan)
        {
            if (shards.Count == 0 || filled + tensor.ByteCount > maxShardBytes)
            {
                shards.Add([]);
                filled = 0;
            }
            shards[^1].Add(tensor);
            filled += tensor.ByteCount;
        }
        return shards;
    }

    private static void WriteFile(string path, IReadOnlyList<Planned> plan) => AtomicFile.Write(path, stream =>
    {
        var header = Header(plan);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach (var tensor in plan) WriteNumbers(stream, tensor);
    });

    private static MemoryStream Header(IReadOnlyList<Planned> plan)
    {
        var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long offset = 0;
            foreach (var tensor in plan)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.StoredType);
                json.WriteStartArray("shape");
                foreach (var n in tensor.Shape) json.WriteNumberValue(n);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.ByteCount);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0) header.WriteByte((byte)' '); // numbers start aligned
        header.Position = 0;
        return header;
    }

    private static void WriteNumbers(Stream stream, Planned planned)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var flat = planned.Tensor.detach().contiguous().view(-1);
        var size = SafetensorsTypes.Size(planned.Type);
        for (long at = 0; at < flat.NumberOfElements; at += ChunkElements)
        {
            using var inner = NewDisposeScope();
            var run = flat.narrow(0, at, Math.Min(ChunkElements, flat.NumberOfElements - at)).to(planned.Type).cpu();
            stream.Write(new ReadOnlySpan<byte>((void*)ExternalMemory.Address(run), (int)run.NumberOfElements * size));
            GC.KeepAlive(run);
        }
    }

    private sealed record Planned(string Name, Tensor Tensor, ScalarType Type, string StoredType, long[] Shape, long ByteCount);
}
