using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Infrastructure;

/// <summary>A safetensors file of expected numbers, read in the plainest way and apart from the library's reader, which is under test itself.</summary>
internal sealed class OracleTensors
{
    private readonly byte[] bytes;
    private readonly int dataStart;
    private readonly Dictionary<string, (string Type, long[] Shape, int Start, int End)> entries = [];

    public OracleTensors(string path)
    {
        bytes = File.ReadAllBytes(path);
        dataStart = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, dataStart - 8));
        foreach (var entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__") continue;
            var offsets = entry.Value.GetProperty("data_offsets");
            entries[entry.Name] = (entry.Value.GetProperty("dtype").GetString()!, [.. entry.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())],
                offsets[0].GetInt32(), offsets[1].GetInt32());
        }
    }

    public IEnumerable<string> Names => entries.Keys;

    public long[] Shape(string name) => entries[name].Shape;

    /// <summary>A copy in its own type, in the caller's dispose scope.</summary>
    public Tensor this[string name]
    {
        get
        {
            var (type, shape, start, end) = entries[name];
            var result = empty(shape, type switch
            {
                "F64" => ScalarType.Float64,
                "F32" => ScalarType.Float32,
                "F16" => ScalarType.Float16,
                "BF16" => ScalarType.BFloat16,
                "I64" => ScalarType.Int64,
                _ => throw new NotSupportedException(type),
            });
            bytes.AsSpan(dataStart + start, end - start).CopyTo(result.bytes);
            return result;
        }
    }
}
