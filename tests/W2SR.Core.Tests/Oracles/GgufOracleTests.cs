using System.Runtime.InteropServices;
using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Oracles;

/// <summary>GGUF against gguf-py: every storage type, bit for bit.</summary>
public sealed class GgufOracleTests
{
    [SkippableFact]
    public void ReadInto_EveryType_GivesTheBitsOfTheReference()
    {
        using var scope = NewDisposeScope();
        using var reader = GgufReader.Open(OracleData.File("gguf/types.gguf"));
        using var expected = SafetensorsReader.Open(OracleData.File("gguf/types.safetensors"));
        Assert.Equal(expected.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal), reader.Tensors.Select(t => t.Name.ToUpperInvariant()).Order(StringComparer.Ordinal));
        foreach (var tensor in reader.Tensors)
        {
            var wanted = expected.Map(tensor.Name.ToUpperInvariant());
            Assert.Equal(wanted.shape, tensor.Shape);
            var actual = zeros(wanted.shape);
            Assert.Equal(0, reader.ReadInto(tensor.Name, actual));
            Assert.Equal(MemoryMarshal.Cast<byte, uint>(wanted.bytes).ToArray(), MemoryMarshal.Cast<byte, uint>(actual.bytes).ToArray());
            foreach (var type in (ScalarType[])[ScalarType.BFloat16, ScalarType.Float16, ScalarType.Float64])
            {
                var converted = zeros(wanted.shape, type);
                reader.ReadInto(tensor.Name, converted);
                Assert.Equal(wanted.to(type).bytes.ToArray(), converted.bytes.ToArray());
            }
        }
    }
}
