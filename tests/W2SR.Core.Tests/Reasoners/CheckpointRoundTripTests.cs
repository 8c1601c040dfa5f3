using System.Text.Json.Nodes;
using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Reasoners;

/// <summary>Load, save, load: what comes back is what was there.</summary>
public sealed class CheckpointRoundTripTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-checkpoint-").FullName;

    public static TheoryData<string> Checkpoints => [.. (string[])["sft/model-qwen2", "sft/model-llama"]];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Out(string name) => Path.Combine(folder, name);

    private static string[] Names(string path) => [.. Directory.EnumerateFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    private static string[] Headers(string path)
    {
        using var weights = SafetensorsFolder.Open(path);
        return [.. weights.Tensors.Select(t => t.ToString()).Order(StringComparer.Ordinal)];
    }

    private static void AssertSameFiles(string expected, string actual)
    {
        Assert.Equal(Names(expected), Names(actual));
        foreach (var name in Names(expected))
            Assert.True(File.ReadAllBytes(Path.Combine(expected, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual, name))), $"{name} differs");
    }

    private static void AssertSameWeights(LocalStudent expected, LocalStudent actual)
    {
        using var scope = NewDisposeScope();
        Assert.True(expected.Model.Parameters.Values.eq(actual.Model.Parameters.Values).all().ToBoolean());
    }

    [SkippableTheory]
    [MemberData(nameof(Checkpoints))]
    public async Task SaveAsync_AnUntouchedModel_GivesTheSourceBack(string checkpoint)
    {
        var source = OracleData.Folder(checkpoint);
        using var student = await LocalStudent.LoadAsync(source);
        await student.SaveAsync(Out("first"));
        Assert.Equal(Headers(source), Headers(Out("first")));
        Assert.Equal(Names(source), Names(Out("first")));
        foreach (var name in Names(source).Where(n => !n.EndsWith(".safetensors", StringComparison.Ordinal)))
            Assert.True(File.ReadAllBytes(Path.Combine(source, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Out("first"), name))), $"{name} differs");
        using var again = await LocalStudent.LoadAsync(Out("first"));
        AssertSameWeights(student, again);
        Assert.Equal(student.Tokenizer.EndIds, again.Tokenizer.EndIds);
        await again.SaveAsync(Out("second"));
        AssertSameFiles(Out("first"), Out("second"));
        await again.SaveAsync(Out("second")); // over itself
        AssertSameFiles(Out("first"), Out("second"));
    }

    [SkippableTheory]
    [MemberData(nameof(Checkpoints))]
    public async Task SaveAsync_AShorterType_IsKeptWhileItLosesNothing(string checkpoint)
    {
        using (var student = await LocalStudent.LoadAsync(OracleData.Folder(checkpoint)))
            await student.SaveAsync(Out("bf16"), new SaveOptions { WeightType = ScalarType.BFloat16, MaxShardBytes = 40_000 });
        Assert.All(Headers(Out("bf16")), h => Assert.Contains(" BF16 ", h, StringComparison.Ordinal));
        Assert.Contains("model.safetensors.index.json", Names(Out("bf16")));

        using var half = await LocalStudent.LoadAsync(Out("bf16")); // in float32
        await half.SaveAsync(Out("same"), new SaveOptions { MaxShardBytes = 40_000 });
        AssertSameFiles(Out("bf16"), Out("same"));
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Out("same"), "config.json")))!.AsObject();
        Assert.Equal("bfloat16", (string)(config["dtype"] ?? config["torch_dtype"])!);

        // One trained number that bfloat16 cannot hold: everything is kept in float32, and the shards of before are gone.
        using (no_grad())
        using (NewDisposeScope()) half.Model.Parameters.Values[5] = 0.1f;
        await half.SaveAsync(Out("same"));
        Assert.All(Headers(Out("same")), h => Assert.Contains(" F32 ", h, StringComparison.Ordinal));
        Assert.Single(Names(Out("same")), n => n.Contains("safetensors", StringComparison.Ordinal));
        using var back = await LocalStudent.LoadAsync(Out("same"));
        AssertSameWeights(half, back);
        Assert.Equal(ScalarType.Float32, HuggingFaceConfigReader.Read(Path.Combine(Out("same"), "config.json")).WeightType);
    }

    [SkippableTheory]
    [InlineData("gguf/tiny-llama-q4_k_m.gguf")]
    [InlineData("gguf/tiny-qwen2-q8_0.gguf")]
    public async Task SaveAsync_FromGguf_GivesAFolderWithTheSameWeightsIdsAndPrompts(string file)
    {
        using var student = await LocalStudent.LoadAsync(OracleData.File(file));
        using var facts = OracleData.Json("gguf/facts.json");
        using (NewDisposeScope())
        {
            var ids = new OracleTensors(OracleData.File(Path.ChangeExtension(file, ".safetensors")))["input_ids"].data<long>().ToArray();
            Assert.Equal(ids, student.Tokenizer.Encode(facts.RootElement.GetProperty("text").GetString()!).Select(i => (long)i));
        }
        await student.SaveAsync(Out("folder"));
        using var back = await LocalStudent.LoadAsync(Out("folder"));
        AssertSameWeights(student, back);
        Assert.Equal(student.Model.Config, back.Model.Config);
        Assert.Equal(student.Tokenizer.EndIds, back.Tokenizer.EndIds);
        foreach (var text in (string[])["x = 12.<|im_end|>\nWhat  is it?", "Größe: 3½ 😀\r\n\t", "'s 1234567"])
        {
            Assert.Equal(student.Tokenizer.Encode(text), back.Tokenizer.Encode(text));
            ChatMessage[] messages = [ChatMessage.System("Be brief."), ChatMessage.User(text)];
            Assert.Equal(student.EncodeConversation(messages), back.EncodeConversation(messages));
        }
        Assert.True(student.HasChatTemplate && back.HasChatTemplate);
        await back.SaveAsync(Out("again"));
        AssertSameFiles(Out("folder"), Out("again"));
    }

    [SkippableFact]
    public async Task LoadAsync_InBfloat16_SavesTheTypeOfTheSource()
    {
        var source = OracleData.Folder("sft/model-qwen2");
        using var student = await LocalStudent.LoadAsync(source, new LoadOptions { Target = new ComputeTarget(CPU, ScalarType.BFloat16) });
        await student.SaveAsync(Out("saved"));
        Assert.Equal(Headers(source), Headers(Out("saved")));
    }

    [SkippableFact]
    public async Task SaveAsync_PadThatEndsTexts_IsWarnedOf()
    {
        var copy = Copy("sft/model-qwen2");
        var path = Path.Combine(copy, GenerationConfig.FileName);
        var generation = GenerationConfig.Read(path);
        File.WriteAllBytes(path, (generation with { PadTokenId = generation.EosTokenIds[0] }).ToJson().Span);
        using var student = await LocalStudent.LoadAsync(copy);
        Assert.Contains("pad_token_id", Assert.Single(await student.SaveAsync(Out("saved"))), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task LoadAsync_EndIds_AreAllOfThem_WithTheTemplatesOwnFirst()
    {
        var copy = Copy("sft/model-qwen2");
        using var before = await LocalStudent.LoadAsync(copy);
        var tokenizer = (HuggingFaceTokenizer)before.Tokenizer;
        var end = tokenizer.FindId("<|im_end|>")!.Value;
        var path = Path.Combine(copy, GenerationConfig.FileName);
        File.WriteAllBytes(path, (GenerationConfig.Read(path) with { EosTokenIds = [7, end, 9] }).ToJson().Span);
        using var after = await LocalStudent.LoadAsync(copy);
        Assert.Equal([end, 7, 9], after.Tokenizer.EndIds.Take(3));
    }

    [SkippableFact]
    public async Task LoadAsync_ATokenizerOfAnotherModel_IsRefusedBeforeTheWeights()
    {
        var copy = Copy("sft/model-qwen2");
        foreach (var file in (string[])["config.json", "model.safetensors"])
            File.Copy(Path.Combine(OracleData.Folder("models/llama-mha"), file), Path.Combine(copy, file), overwrite: true);
        var error = await Assert.ThrowsAsync<W2srFormatException>(() => LocalStudent.LoadAsync(copy));
        Assert.Contains("320", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SaveAsync_AToyTokenizer_IsRefusedAndNothingIsWritten()
    {
        var tokenizer = new WordTokenizer(["a", "b"]);
        using var student = new LocalStudent("toy", TinyModels.Create(TinyModels.Config(tokenizer.VocabularySize)), tokenizer);
        Assert.Contains("WordTokenizer", (await Assert.ThrowsAsync<ArgumentException>(() => student.SaveAsync(Out("none")))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out("none")));
    }

    private string Copy(string checkpoint)
    {
        var copy = Out("copy");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.EnumerateFiles(OracleData.Folder(checkpoint))) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }
}
