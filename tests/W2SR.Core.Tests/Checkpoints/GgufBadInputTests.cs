using System.Text;
using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Models;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Checkpoints;

public sealed class GgufBadInputTests : IDisposable
{
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("w2sr-bad-gguf-").FullName, "model.gguf");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    private string Refusal(byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var thrown = Assert.Throws<W2srFormatException>(() => Checkpoint.Open(path).Dispose());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20); // lies about lengths cost nothing
        Assert.StartsWith(path, thrown.Message, StringComparison.Ordinal);
        return thrown.Message[path.Length..];
    }

    private void Refused(string message, GgufBytes file) => Assert.Contains(message, Refusal(file.ToArray()), StringComparison.Ordinal);

    [Fact]
    public void Open_HandMadeModel_LoadsAndRuns()
    {
        File.WriteAllBytes(path, GgufBytes.Model().ToArray());
        using var checkpoint = Checkpoint.Open(path);
        Assert.Equal(("llama", 4, 16, 1e-5, 1e5), (checkpoint.Config.ModelType, checkpoint.Config.VocabularySize, checkpoint.Config.HeadSize, checkpoint.Config.NormEpsilon, checkpoint.Config.Rope.Theta));
        Assert.Equal([3], checkpoint.Generation.EosTokenIds);
        Assert.Equal("{{ messages }}", checkpoint.GgufTokenizer!.ChatTemplate);
        using var loaded = ModelLoader.Load(checkpoint).Model;
        using var scope = NewDisposeScope();
        Assert.True(loaded.Logits(tensor(new long[] { 0, 1, 2 }).unsqueeze(0)).isfinite().all().ToBoolean());
    }

    [Fact]
    public void Open_QueryRows_ComeBackInHuggingFacesOrder()
    {
        // Rows numbered in the order that llama.cpp's converter gives them: row i + D/2 beside row i, head by head.
        var rows = Enumerable.Range(0, 32).Select(r => (float)(r / 16 * 16 + r % 16 / 2 + r % 2 * 8)).ToArray();
        var numbers = rows.SelectMany(r => Enumerable.Repeat(r, 64)).SelectMany(BitConverter.GetBytes).ToArray();
        File.WriteAllBytes(path, GgufBytes.Model().Drop("blk.0.attn_k.weight").Tensor("blk.0.attn_k.weight", 0, [64, 32], numbers).ToArray());
        using var checkpoint = Checkpoint.Open(path);
        using var scope = NewDisposeScope();
        var k = zeros(32, 64);
        checkpoint.Weights.ReadInto("model.layers.0.self_attn.k_proj.weight", k);
        Assert.Equal(Enumerable.Range(0, 32).Select(r => (float)r), k.select(1, 0).contiguous().data<float>().ToArray());
    }

    [Fact]
    public void Open_EveryTruncation_IsRefused()
    {
        var whole = GgufBytes.Model().ToArray();
        foreach (var length in Enumerable.Range(0, 40).Select(i => i * 19).Append(whole.Length - 1)) Refusal(whole[..length]);
        Assert.Equal(": header: ends at byte 0, 4 bytes too early. Was the file cut off?", Refusal([]));
        Assert.Contains(": blk.0.ffn_down.weight: has 1152 bytes at ", Refusal(whole[..^1]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1u, "has version 1; W2SR reads 2 and 3. Convert the checkpoint again with a current llama.cpp.")]
    [InlineData(0x03000000u, "is big-endian or damaged.")]
    public void Open_OtherVersions_AreRefused(uint version, string message)
    {
        var file = GgufBytes.Model();
        file.Version = version;
        Refused(message, file);
        Assert.Contains("does not begin with GGUF", Refusal("PK\x03\x04 not a model"u8.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LengthsBeyondTheFile_AreRefusedBeforeTheyAreAllocated()
    {
        static byte[] Lie(uint type, params ulong[] lengths) => GgufBytes.Write(w =>
        {
            w.Write(type);
            if (type == 9) w.Write(5u);
            foreach (var length in lengths) w.Write(length);
        });
        Refused(": big: claims a string of 1099511627776 bytes, but only ", GgufBytes.Model().Add("big", Lie(8, 1UL << 40)));
        Refused(": big: claims a string of 18446744073709551615 bytes, but only ", GgufBytes.Model().Add("big", Lie(8, ulong.MaxValue)));
        Refused(": big: claims 1152921504606846976 list entries, but only ", GgufBytes.Model().Add("big", Lie(9, 1UL << 60)));
        Refused(": big: claims 536870912 list entries, but only ", GgufBytes.Model().Add("big", Lie(9, 1UL << 29)));
        var file = GgufBytes.Model();
        file.ClaimedPairs = ulong.MaxValue;
        Refused(": header: claims 18446744073709551615 metadata pairs, but only ", file);
        file = GgufBytes.Model();
        file.ClaimedTensors = 1UL << 33;
        Refused(": header: claims 8589934592 tensors, but only ", file);
    }

    [Fact]
    public void Open_MetadataThatIsNone_IsRefused()
    {
        Refused(": list: is a list of lists. No checkpoint needs one, and W2SR reads none.", GgufBytes.Model().Add("list", GgufBytes.Write(w => { w.Write(9u); w.Write(9u); w.Write(1UL); })));
        Refused(": list: is a list of value type 77, which GGUF does not have.", GgufBytes.Model().Add("list", GgufBytes.Write(w => { w.Write(9u); w.Write(77u); w.Write(1UL); })));
        Refused(": odd: has value type 13, which GGUF does not have. Is the file damaged?", GgufBytes.Model().Add("odd", GgufBytes.Write(w => w.Write(13u))));
        Refused(": flag: is 7, expected true (1) or false (0).", GgufBytes.Model().Add("flag", GgufBytes.Write(w => { w.Write(7u); w.Write((byte)7); })));
        Refused(": text: holds text that is not UTF-8.", GgufBytes.Model().Add("text", GgufBytes.Write(w => { w.Write(8u); w.Write(1UL); w.Write((byte)0xFF); })));
        Refused(": general.architecture: appears twice.", GgufBytes.Model().Add("general.architecture", "llama"));
        Refused(": general.alignment: is 33, expected a power of two.", GgufBytes.Model().Add("general.alignment", 33u));
        Refused(": llama.block_count: is 1 (String), expected a whole number.", GgufBytes.Model().Set("llama.block_count", "1"));
        Refused(": llama.block_count: is missing.", GgufBytes.Model().Set("llama.block_count", null));
    }

    [Fact]
    public void Open_TensorsThatLie_AreRefused()
    {
        Refused(": x: is stored as IQ4_XS, which W2SR does not read. It reads F32, F16, BF16, Q4_0,", GgufBytes.Model().Tensor("x", 23, [256], new byte[136]));
        Refused(": x: is stored as type 99, which W2SR does not read.", GgufBytes.Model().Tensor("x", 99, [256], new byte[136]));
        Refused(": token_embd.weight: appears twice.", GgufBytes.Model().Tensor("token_embd.weight", 0, [1], new byte[4]));
        Refused(": x: has 5 dimensions; GGUF tensors have 1 to 4.", GgufBytes.Model().Tensor("x", 0, [1, 1, 1, 1, 1], new byte[4]));
        Refused(": x: has the impossible shape [2147483647, 2147483647, 2147483647].", GgufBytes.Model().Tensor("x", 0, [int.MaxValue, int.MaxValue, int.MaxValue], new byte[4]));
        Refused(": x: has the impossible shape [0].", GgufBytes.Model().Tensor("x", 0, [0], []));
        Refused(": x: has rows of 33 numbers, which are no whole blocks of 32 (Q4_0).", GgufBytes.Model().Tensor("x", 2, [33], new byte[36]));
        Refused(": x: begins at 33, which is no multiple of the alignment 32.", GgufBytes.Model().Tensor("x", 0, [1], new byte[4], offset: 33));
        Refused(": output_norm.weight: begins at 1024; it overlaps the tensor before it, which ends at 1028.", GgufBytes.Model().Drop("token_embd.weight").Tensor("token_embd.weight", 0, [257], new byte[1028], offset: 0));
        Refused(": x: has 4 bytes at 9223372036854775808, outside the ", GgufBytes.Model().Tensor("x", 0, [1], new byte[4], offset: 1UL << 63));
    }

    [Theory]
    [InlineData("general.architecture", "gemma", ": general.architecture: is 'gemma'. W2SR runs llama, qwen2, qwen3;")]
    [InlineData("split.count", 2u, "Merge them first: llama-gguf-split --merge.")]
    [InlineData("llama.expert_count", 8u, ": llama.expert_count: is 8: a mixture of experts.")]
    [InlineData("llama.attention.sliding_window", 16u, ": llama.attention.sliding_window: is 16, shorter than the context (128).")]
    [InlineData("llama.rope.dimension_count", 8u, ": llama.rope.dimension_count: is 8 of 16: only part of each head turns.")]
    [InlineData("llama.rope.scaling.type", "longrope", ": llama.rope.scaling.type: is 'longrope'. W2SR knows none, linear and yarn")]
    [InlineData("llama.attention.value_length", 8u, "W2SR's heads have one size")]
    [InlineData("llama.attention.head_count_kv", 3u, "expected a divisor of head_count (4)")]
    [InlineData("llama.attention.head_count", 7u, "is 64, expected a multiple of head_count (7)")]
    [InlineData("llama.attention.layer_norm_rms_epsilon", float.NaN, "is missing or not a number above 0.")]
    [InlineData("llama.context_length", 0u, "is 0, expected a number of at least 1.")]
    [InlineData("tokenizer.ggml.tokens", new string[0], ": tokenizer.ggml.tokens: is an empty vocabulary.")]
    [InlineData("tokenizer.ggml.eos_token_id", 4u, ": tokenizer.ggml.eos_token_id: is 4, outside the 4 tokens.")]
    [InlineData("tokenizer.ggml.token_type", new[] { 1 }, "has 1 entries for 4 tokens.")]
    [InlineData("tokenizer.ggml.token_type", new[] { 1, 1, 1, 9 }, "holds 9; token types are 0 to 6.")]
    public void Open_WhatCannotRun_IsRefusedByName(string key, object value, string message) => Refused(message, GgufBytes.Model().Set(key, value));

    [Fact]
    public void Load_MetadataThatLiesAboutShapes_NamesEveryTensorAtOnce()
    {
        File.WriteAllBytes(path, GgufBytes.Model().Set("llama.feed_forward_length", 48u).Drop("output_norm.weight").Tensor("blk.0.attn_q.bias_of_ours", 0, [64], new byte[256]).ToArray());
        using var checkpoint = Checkpoint.Open(path);
        var thrown = Assert.Throws<W2srFormatException>(() => ModelLoader.Load(checkpoint));
        Assert.Contains("Missing (1): model.norm.weight. Unexpected (1): blk.0.attn_q.bias_of_ours. Wrongly shaped (3): model.layers.0.mlp.gate_proj.weight has shape [32, 64], the config expects [48, 64]; ",
            thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_QuantizedNan_IsWarnedOf()
    {
        byte[] block = [0x00, 0x7E, .. new byte[16]]; // the scale is NaN
        File.WriteAllBytes(path, GgufBytes.Model().Drop("blk.0.ffn_down.weight").Tensor("blk.0.ffn_down.weight", 2, [32, 64], [.. Enumerable.Repeat(block, 64).SelectMany(b => b)]).ToArray());
        using var checkpoint = Checkpoint.Open(path);
        var loaded = ModelLoader.Load(checkpoint);
        loaded.Model.Dispose();
        Assert.Contains("model.layers.0.mlp.down_proj.weight holds 2048 NaN or infinite numbers", Assert.Single(loaded.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadInto_FileCutAfterOpening_EndsInTheFilesError()
    {
        // Large enough to be read in pieces on several cores.
        File.WriteAllBytes(path, GgufBytes.Model().Tensor("x", 8, [1 << 18], new byte[(1 << 13) * 34]).ToArray());
        using var reader = GgufReader.Open(path);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(reader.Find("x")!.Offset + 100);
        using var scope = NewDisposeScope();
        var thrown = Assert.Throws<W2srFormatException>(() => reader.ReadInto("x", zeros(1 << 18)));
        Assert.StartsWith($"{path}: byte ", thrown.Message, StringComparison.Ordinal);
        Assert.EndsWith("Was it changed while it was read?", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 8192)]
    [InlineData(32, 8192)]
    [InlineData(4, 2048)]
    public void Open_LlamaThreeDivisors_GiveTheScalingBack(double factor, int original)
    {
        var divisors = Enumerable.Range(0, 8).Select(i => Divisor(factor, 1, 4, original, 2 * Math.PI * Math.Pow(500_000, i / 8.0))).ToArray();
        File.WriteAllBytes(path, LlamaThree(divisors));
        using var checkpoint = Checkpoint.Open(path);
        Assert.Equal(new RopeConfig { Kind = RopeKind.Llama3, Theta = 500_000, Factor = factor, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalContextLength = original }, checkpoint.Config.Rope);
        Assert.Null(checkpoint.Weights.Find("rope_freqs.weight"));
    }

    [Fact]
    public void Open_OtherDivisors_AreRefused() => Assert.Contains("are not Llama 3's", Refusal(LlamaThree([1, 1, 2, 3, 4, 5, 6, 7])), StringComparison.Ordinal);

    private static byte[] LlamaThree(double[] divisors) => GgufBytes.Model().Set("llama.rope.freq_base", 500_000f)
        .Tensor("rope_freqs.weight", 0, [8], [.. divisors.SelectMany(d => BitConverter.GetBytes((float)d))]).ToArray();

    /// <summary>As transformers scales: by wavelength.</summary>
    private static double Divisor(double factor, double low, double high, double original, double wavelength)
    {
        if (wavelength < original / high) return 1;
        if (wavelength > original / low) return factor;
        var smooth = (original / wavelength - low) / (high - low);
        return 1 / ((1 - smooth) / factor + smooth);
    }

    [Fact]
    public void Open_WhatIsNoCheckpoint_SaysWhatToName()
    {
        File.WriteAllText(path + ".txt", "x");
        Assert.Contains("name the folder that holds config.json", Assert.Throws<W2srFormatException>(() => Checkpoint.Open(path + ".txt")).Message, StringComparison.Ordinal);
        Assert.Contains("is neither a folder nor a file", Assert.Throws<W2srFormatException>(() => Checkpoint.Open(path + ".absent")).Message, StringComparison.Ordinal);
        Assert.Contains("holds no config.json", Assert.Throws<W2srFormatException>(() => Checkpoint.Open(Path.GetDirectoryName(path)!)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FolderWhoseConfigIsRefused_NeverTouchesItsWeights()
    {
        var folder = Path.GetDirectoryName(path)!;
        File.WriteAllBytes(Path.Combine(folder, "config.json"), HuggingFaceConfigReaderTests.Bytes(("num_local_experts", 8)));
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), Encoding.UTF8.GetBytes("no weights at all"));
        Assert.Contains("a mixture of experts", Assert.Throws<W2srFormatException>(() => Checkpoint.Open(folder)).Message, StringComparison.Ordinal);
    }
}
