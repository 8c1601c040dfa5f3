using System.Text.Json.Nodes;
using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Tensors;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-safetensors-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string At(string name, byte[]? bytes = null)
    {
        var path = Path.Combine(folder, name);
        if (bytes is not null) File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Bits(Tensor tensor) => tensor.contiguous().bytes.ToArray();

    [Fact]
    public void Open_HandMadeFile_ListsAndReadsEveryType()
    {
        using var scope = NewDisposeScope();
        using var reader = SafetensorsReader.Open(At("a.safetensors", SafetensorsBytes.Valid()));
        Assert.Equal(["a F32 [2, 2]", "b BF16 [4]", "ids I64 [1]"], reader.Tensors.Select(t => t.ToString()));
        Assert.Equal("pt", reader.Metadata["format"]);
        Assert.Equal([1, -2, 0.5f, 3], reader.Read("a").data<float>().ToArray());
        Assert.Equal(77, reader.Read("ids").ToInt64());
        Assert.Equal(ScalarType.BFloat16, reader.Map("b").dtype);
        var asDouble = zeros(4, ScalarType.Float64);
        Assert.Equal(0, reader.ReadInto("b", asDouble));
        Assert.Equal([1, 2, 3, 4], asDouble.data<double>().ToArray());
    }

    [Fact]
    public void Map_IsNoCopy_AndNeverWritesToTheFile()
    {
        using var scope = NewDisposeScope();
        var path = At("a.safetensors", SafetensorsBytes.File("""{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}       """, new byte[16]));
        Tensor one, two;
        using (var reader = SafetensorsReader.Open(path))
        {
            one = reader.Map("a");
            two = reader.Map("a");
            one.fill_(Scalars.One);
        }
        Assert.Equal(new byte[16], File.ReadAllBytes(path)[^16..]);
        Assert.Equal([1f, 1, 1, 1], two.data<float>().ToArray()); // the same pages, and still there without the reader
        one.Dispose();
        Assert.Equal([1f, 1, 1, 1], two.data<float>().ToArray());
    }

    [Fact]
    public void Map_UnalignedNumbers_AreCopied()
    {
        using var scope = NewDisposeScope();
        var path = At("a.safetensors", SafetensorsBytes.File("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""" + " ", [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-4f)]));
        using var reader = SafetensorsReader.Open(path);
        Assert.NotEqual(0, new FileInfo(path).Length % 4);
        Assert.Equal([1.5f, -4f], reader.Map("a").data<float>().ToArray());
    }

    [Fact]
    public void ReadInto_EveryPairOfTypes_ConvertsAsLibtorchDoes()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        ScalarType[] types = [ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16];
        foreach (var from in types)
        {
            var source = randn(1_100, 1_001).to(from); // more than one run of elements
            SafetensorsWriter.Write(At("t.safetensors"), [new("t", source)]);
            using var reader = SafetensorsReader.Open(At("t.safetensors"));
            foreach (var to in types)
            {
                var plain = zeros(1_100, 1_001, to);
                var strided = zeros(1_001, 1_100, to).t();
                reader.ReadInto("t", plain);
                reader.ReadInto("t", strided);
                Assert.Equal(Bits(source.to(to)), Bits(plain));
                Assert.Equal(Bits(plain), Bits(strided));
            }
        }
    }

    [SkippableFact]
    public void WriteFolder_EveryOracleModel_GivesBackItsBitsAndTheSameFileTwice()
    {
        foreach (var model in Directory.GetDirectories(OracleData.Folder("models")))
        {
            using var scope = NewDisposeScope();
            using var source = SafetensorsFolder.Open(model);
            var tensors = source.Tensors.Select(t => KeyValuePair.Create(t.Name, source.Map(t.Name))).ToArray();
            foreach (var (number, shardBytes) in new[] { (1, long.MaxValue), (2, 60_000L), (3, 60_000L) })
            {
                var saved = Directory.CreateDirectory(At($"{Path.GetFileName(model)}-{number}")).FullName;
                var files = SafetensorsWriter.WriteFolder(saved, tensors, shardBytes);
                Assert.Equal(files.Order(), Directory.GetFiles(saved).Select(Path.GetFileName).Order());
                using var again = SafetensorsFolder.Open(saved);
                Assert.Equal(source.Tensors.Select(t => t.ToString()).Order(), again.Tensors.Select(t => t.ToString()).Order());
                foreach (var (name, tensor) in tensors) Assert.Equal(Bits(tensor), Bits(again.Map(name)));
            }
            foreach (var file in Directory.GetFiles(At($"{Path.GetFileName(model)}-2")))
                Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(At($"{Path.GetFileName(model)}-3"), Path.GetFileName(file))));
        }
    }

    [Fact]
    public void WriteFolder_Shards_KeepToTheirSizeAndTheIndexNamesThem()
    {
        using var scope = NewDisposeScope();
        var tensors = Enumerable.Range(0, 5).Select(i => KeyValuePair.Create($"t{i}", full(25, i, ScalarType.Float32))).ToArray(); // 100 bytes each
        var files = SafetensorsWriter.WriteFolder(folder, tensors, 250);
        Assert.Equal(["model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors", "model.safetensors.index.json"], files);
        var index = JsonNode.Parse(File.ReadAllBytes(At("model.safetensors.index.json")))!;
        Assert.Equal(500, (int)index["metadata"]!["total_size"]!);
        Assert.Equal("model-00002-of-00003.safetensors", (string)index["weight_map"]!["t3"]!);
    }

    [Fact]
    public void Write_StoredAs_ConvertsOnTheWay()
    {
        using var scope = NewDisposeScope();
        var x = randn(3, 7);
        SafetensorsWriter.Write(At("x.safetensors"), [new("x", x), new("y", x.t())], name => name == "x" ? ScalarType.BFloat16 : null);
        using var reader = SafetensorsReader.Open(At("x.safetensors"));
        Assert.Equal(["y F32 [7, 3]", "x BF16 [3, 7]"], reader.Tensors.Select(t => t.ToString())); // larger types first
        Assert.Equal(Bits(x.to(ScalarType.BFloat16)), Bits(reader.Read("x")));
        Assert.Equal(Bits(x.t()), Bits(reader.Read("y")));
    }

    [Fact]
    public void Write_NamesTwice_IsRefusedAndNothingIsWritten()
    {
        using var scope = NewDisposeScope();
        var x = ones(2);
        Assert.Contains("there twice", Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(At("x"), [new("x", x), new("x", x)])).Message, StringComparison.Ordinal);
        Assert.Contains("keeps it for itself", Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(At("x"), [new("__metadata__", x)])).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void Load_NanAndInfinity_AreWarnedOfByTensor()
    {
        using var scope = NewDisposeScope();
        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16])
        {
            var values = new float[67];
            (values[3], values[40], values[66]) = (float.NaN, float.NegativeInfinity, float.PositiveInfinity);
            SafetensorsWriter.Write(At("x.safetensors"), [new("bad", tensor(values).to(type)), new("good", ones(5, type))]);
            using var reader = SafetensorsReader.Open(At("x.safetensors"));
            var warning = Assert.Single(WeightLoader.Load(reader, new Dictionary<string, Tensor> { ["bad"] = zeros(67), ["good"] = zeros(5) }));
            Assert.Contains("bad holds 3 NaN or infinite numbers", warning, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Load_OtherTensors_ReportsEveryDifferenceAtOnce()
    {
        using var scope = NewDisposeScope();
        using var reader = SafetensorsReader.Open(At("a.safetensors", SafetensorsBytes.Valid()));
        var thrown = Assert.Throws<W2srFormatException>(() => WeightLoader.Load(reader, new Dictionary<string, Tensor> { ["a"] = zeros(2, 3), ["ids"] = zeros(1), ["norm"] = zeros(4) }));
        Assert.EndsWith("Missing (1): norm. Unexpected (1): b. Wrongly shaped (2): a has shape [2, 2], the config expects [2, 3]; ids is I64, a weight is a floating-point number. Are config.json and the weights from the same checkpoint?",
            thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UntiedHeadThatIsAbsent_SaysHowToTie()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(At("x.safetensors"), [new("model.embed_tokens.weight", ones(2, 2)), new("model.layers.0.self_attn.rotary_emb.inv_freq", ones(2))]);
        using var reader = SafetensorsReader.Open(At("x.safetensors"));
        var untied = new Dictionary<string, Tensor> { ["model.embed_tokens.weight"] = zeros(2, 2), ["lm_head.weight"] = zeros(2, 2) };
        Assert.Contains("tie_word_embeddings: true", Assert.Throws<W2srFormatException>(() => WeightLoader.Load(reader, untied)).Message, StringComparison.Ordinal);
        untied.Remove("lm_head.weight");
        Assert.Contains("inv_freq is not used", Assert.Single(WeightLoader.Load(reader, untied)), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadInto_WrongKind_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var reader = SafetensorsReader.Open(At("a.safetensors", SafetensorsBytes.Valid()));
        Assert.Contains("the file holds I64, the destination Float32", Assert.Throws<ShapeException>(() => reader.ReadInto("ids", zeros(1))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => reader.ReadInto("a", zeros(4)));
        Assert.Throws<ArgumentException>(() => reader.Read("absent"));
    }
}
