using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Oracles;

/// <summary>GGUF against gguf-py: every storage type, bit for bit; and whole models against transformers on the dequantized weights.</summary>
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

    [SkippableFact]
    public void Logits_EveryMix_EqualTransformersOnTheDequantizedWeights()
    {
        var files = Directory.GetFiles(OracleData.Folder("gguf"), "*.gguf").Where(f => Path.GetFileName(f) != "types.gguf").ToArray();
        Assert.NotEmpty(files);
        using var facts = OracleData.Json("gguf/facts.json");
        foreach (var file in files)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            using var expected = SafetensorsReader.Open(Path.ChangeExtension(file, ".safetensors"));
            using var checkpoint = Checkpoint.Open(file);
            using var model = ModelLoader.Load(checkpoint).Model;
            var difference = (model.Logits(expected.Map("input_ids").unsqueeze(0)).squeeze(0) - expected.Map("logits")).abs().max().ToSingle();
            Assert.True(difference <= 1e-4, $"{Path.GetFileName(file)}: the largest difference is {difference:E2}");
            Assert.Equal(facts.RootElement.GetProperty("chat_template").GetString(), checkpoint.GgufTokenizer!.ChatTemplate);
        }
    }

    [SkippableFact]
    public void TokenizerData_OfEveryModel_HoldsTheVocabularyAndMergesOfTheHuggingFaceForm()
    {
        using var json = OracleData.Json("gguf/tokenizer.json");
        var state = json.RootElement.GetProperty("model");
        var tokens = state.GetProperty("vocab").EnumerateObject().OrderBy(t => t.Value.GetInt32()).Select(t => t.Name).ToArray();
        var merges = state.GetProperty("merges").EnumerateArray().Select(m => m.ValueKind == JsonValueKind.String ? m.GetString()! : $"{m[0].GetString()} {m[1].GetString()}").ToArray();
        foreach (var file in Directory.GetFiles(OracleData.Folder("gguf"), "tiny-*.gguf"))
        {
            using var checkpoint = Checkpoint.Open(file);
            var data = checkpoint.GgufTokenizer!;
            Assert.Equal(tokens, data.Tokens);
            Assert.Equal(merges, data.Merges);
            Assert.Equal(tokens.Length, checkpoint.Config.VocabularySize);
            Assert.Equal(json.RootElement.GetProperty("added_tokens").GetArrayLength(), data.TokenTypes!.Count(t => t == 3));
        }
    }
}
