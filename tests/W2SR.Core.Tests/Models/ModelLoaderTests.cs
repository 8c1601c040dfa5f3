using System.Text.Json.Nodes;
using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Models;

[Collection(TensorCountingCollection.Name)]
public sealed class ModelLoaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-model-").FullName;
    private readonly CausalLm source = TinyModels.Create(TinyModels.Config(grouped: true));

    public ModelLoaderTests() => Write(source);

    public void Dispose()
    {
        source.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Write(CausalLm model, Func<string, string>? rename = null)
    {
        File.WriteAllBytes(Path.Combine(folder, "config.json"), HuggingFaceConfigWriter.ToJson(model.Config.ToCheckpoint() with { EosTokenIds = [0] }, model.Target.Dtype).Span);
        using var scope = NewDisposeScope();
        SafetensorsWriter.WriteFolder(folder, model.Parameters.NamedViews(model.Parameters.Values).Select(v => new KeyValuePair<string, Tensor>(rename?.Invoke(v.Key) ?? v.Key, v.Value)));
    }

    private void Config(string key, JsonNode? value)
    {
        var path = Path.Combine(folder, "config.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json[key] = value;
        File.WriteAllText(path, json.ToJsonString());
    }

    private string Refusal()
    {
        var before = Tensor.TotalCount;
        var message = Assert.Throws<W2srFormatException>(() => ModelLoader.Load(folder)).Message;
        Assert.Equal(before, Tensor.TotalCount);
        return message;
    }

    [Fact]
    public void Load_AWrittenModel_GivesTheSameBitsAndTellsItsProgress()
    {
        var reports = new List<LoadProgress>();
        var loaded = ModelLoader.Load(folder, progress: new Collect(reports));
        using var model = loaded.Model;
        using var scope = NewDisposeScope();
        Assert.True(model.Parameters.Values.eq(source.Parameters.Values).all().ToBoolean());
        Assert.Equal(source.Config, model.Config);
        Assert.Empty(loaded.Warnings);
        Assert.All(loaded.StorageTypes.Values, t => Assert.Equal("F32", t));
        Assert.Equal(source.Parameters.Layout.Slots.Count, reports.Count);
        Assert.Equal(source.ParameterCount * 4, reports[^1].Bytes);
        Assert.Equal(reports[^1].TotalBytes, reports[^1].Bytes);
    }

    [Fact]
    public void Load_OtherWeights_NamesEveryMissingUnexpectedAndWronglyShapedTensor()
    {
        Write(source, name => name.Replace("self_attn.q_proj", "attention.query", StringComparison.Ordinal));
        Config("vocab_size", 33);
        var message = Refusal();
        for (var layer = 0; layer < source.Config.LayerCount; layer++)
        {
            Assert.Contains($"model.layers.{layer}.self_attn.q_proj.weight", message, StringComparison.Ordinal);
            Assert.Contains($"model.layers.{layer}.attention.query.weight", message, StringComparison.Ordinal);
        }
        Assert.Contains("model.embed_tokens.weight has shape [31, 24], the config expects [33, 24]", message, StringComparison.Ordinal);
        Assert.Contains("lm_head.weight has shape [31, 24]", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num_hidden_layers", 2_000_000_000, "2000000000 layers")]
    [InlineData("vocab_size", 2_000_000_000, "model.embed_tokens.weight")]
    [InlineData("intermediate_size", 2_000_000_000, "mlp.gate_proj.weight")]
    [InlineData("num_hidden_layers", 3, "model.layers.2.input_layernorm.weight")]
    [InlineData("num_hidden_layers", 1, "model.layers.1.input_layernorm.weight")]
    public void Load_AConfigThatLies_IsRefusedBeforeMemoryIsTaken(string key, int value, string named)
    {
        Config(key, value);
        Assert.Contains(named, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoNumbersAmongTheWeights_IsWarnedOf()
    {
        using (no_grad())
        using (NewDisposeScope()) source.Parameters.Values[7] = float.NaN;
        Write(source);
        var loaded = ModelLoader.Load(folder);
        loaded.Model.Dispose();
        Assert.Contains("model.embed_tokens.weight", Assert.Single(loaded.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Cancelled_FreesWhatItTook()
    {
        using var cancel = new CancellationTokenSource();
        var before = Tensor.TotalCount;
        Assert.Throws<OperationCanceledException>(() => ModelLoader.Load(folder, progress: new Act(cancel.Cancel), cancellationToken: cancel.Token));
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Load_AsBfloat16_RoundsEveryWeight()
    {
        using var model = ModelLoader.Load(folder, new ComputeTarget(CPU, ScalarType.BFloat16)).Model;
        using var scope = NewDisposeScope();
        Assert.True(model.Parameters.Values.eq(source.Parameters.Values.to(ScalarType.BFloat16)).all().ToBoolean());
    }

    [Fact]
    public void Load_NoFolder_SaysWhatToName() =>
        Assert.Contains(".gguf", Assert.Throws<W2srFormatException>(() => ModelLoader.Load(folder + "-absent")).Message, StringComparison.Ordinal);

    private sealed class Collect(List<LoadProgress> reports) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => reports.Add(value);
    }

    private sealed class Act(Action act) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => act();
    }
}
