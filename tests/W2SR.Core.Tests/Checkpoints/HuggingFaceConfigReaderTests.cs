using System.Text;
using System.Text.Json.Nodes;
using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Checkpoints;

public sealed class HuggingFaceConfigReaderTests
{
    internal const string Llama = """
        {"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":320,"hidden_size":64,"num_hidden_layers":3,"num_attention_heads":4,
        "num_key_value_heads":2,"intermediate_size":144,"max_position_embeddings":512,"rms_norm_eps":1e-5,"hidden_act":"silu"}
        """;

    private static CheckpointConfig Parse(params (string Key, JsonNode? Value)[] changes) => HuggingFaceConfigReader.Parse(Bytes(changes), "config.json");

    internal static byte[] Bytes(params (string Key, JsonNode? Value)[] changes)
    {
        var json = JsonNode.Parse(Llama)!.AsObject();
        foreach (var (key, value) in changes) json[key] = value;
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    [SkippableFact]
    public void Read_EveryOracleModel_TakesItsNumbersInEitherSpelling()
    {
        var folders = Directory.GetDirectories(OracleData.Folder("models"));
        Assert.NotEmpty(folders);
        foreach (var folder in folders)
        {
            var path = Path.Combine(folder, "config.json");
            var json = JsonNode.Parse(File.ReadAllBytes(path))!;
            var config = HuggingFaceConfigReader.Read(path);
            Assert.Equal((string)json["model_type"]!, config.ModelType);
            Assert.Equal((int)json["vocab_size"]!, config.VocabularySize);
            Assert.Equal((int)json["hidden_size"]!, config.HiddenSize);
            Assert.Equal((int?)json["head_dim"] ?? config.HiddenSize / config.HeadCount, config.HeadSize);
            Assert.Equal((bool)json["tie_word_embeddings"]!, config.TieEmbeddings);
            Assert.Equal((double)(json["rope_theta"] ?? json["rope_parameters"]!["rope_theta"])!, config.Rope.Theta);
            Assert.Equal((string)(json["torch_dtype"] ?? json["dtype"])!, config.WeightType!.Value.ToString().ToLowerInvariant());
            var scaling = json["rope_scaling"] ?? json["rope_parameters"];
            Assert.Equal((string?)scaling?["rope_type"] ?? "default", config.Rope.Kind.ToString().ToLowerInvariant());
            if (config.Rope.Kind != RopeKind.Default) Assert.Equal((double)scaling!["factor"]!, config.Rope.Factor);
            Assert.Equal(config.ModelType == "qwen2" || (bool?)json["attention_bias"] == true, config.QueryKeyValueBias);
            Assert.Equal(File.ReadAllBytes(path), config.Json.ToArray());
        }
    }

    [Fact]
    public void Parse_SilentKeys_HaveTransformersDefaults()
    {
        var config = Parse(("num_key_value_heads", null));
        Assert.Equal((4, 16), (config.KeyValueHeadCount, config.HeadSize));
        Assert.Equal(new RopeConfig(), config.Rope);
        Assert.False(config.TieEmbeddings || config.QueryKeyValueBias || config.FeedForwardBias || config.QueryKeyNorm);
        Assert.Null(config.WeightType);
        Assert.Empty(config.EosTokenIds);
    }

    [Fact]
    public void Parse_Yarn_TakesEveryNumber()
    {
        var rope = Parse(("rope_scaling", JsonNode.Parse("""
            {"type":"yarn","factor":4.0,"original_max_position_embeddings":128,"beta_fast":16,"beta_slow":2,"attention_factor":1.5,"mscale":0.7,"mscale_all_dim":0.8,"truncate":false}
            """))).Rope;
        Assert.Equal(
            new RopeConfig
            {
                Kind = RopeKind.Yarn,
                Factor = 4,
                OriginalContextLength = 128,
                BetaFast = 16,
                BetaSlow = 2,
                AttentionFactor = 1.5,
                AttentionScale = 0.7,
                AttentionScaleAllDimensions = 0.8,
                RoundsRamp = false,
            }, rope);
    }

    [Fact]
    public void Parse_SeveralEndIds_KeepsThem() => Assert.Equal([128001, 128008], Parse(("eos_token_id", new JsonArray(128001, 128008))).EosTokenIds);

    [Fact]
    public void Parse_TorchTypeOfOldFiles_IsKnown() => Assert.Equal(torch.ScalarType.BFloat16, Parse(("torch_dtype", "torch.bfloat16")).WeightType);

    [Fact]
    public void Parse_WindowSwitchedOff_IsNoWindow() => Parse(("model_type", "qwen2"), ("architectures", new JsonArray("Qwen2ForCausalLM")),
        ("sliding_window", 16), ("use_sliding_window", false), ("max_window_layers", 1));

    [Fact]
    public void Parse_WindowAsLongAsTheContext_IsNoWindow() => Parse(("model_type", "mistral"), ("architectures", new JsonArray("MistralForCausalLM")), ("sliding_window", 512));

    [Theory]
    [InlineData("model_type", "\"mixtral\"", "config.json: model_type: is 'mixtral' (LlamaForCausalLM). W2SR runs LlamaForCausalLM")]
    [InlineData("architectures", "[\"LlamaForSequenceClassification\"]", "export the causal language model (LlamaForCausalLM)")]
    [InlineData("quantization_config", "{\"quant_method\":\"gptq\"}", "quantized (gptq). Use the checkpoint's float16 or bfloat16 original, or a GGUF")]
    [InlineData("num_local_experts", "8", "num_local_experts: is 8: a mixture of experts")]
    [InlineData("hidden_act", "\"gelu\"", "hidden_act: is 'gelu'")]
    [InlineData("partial_rotary_factor", "0.5", "only part of each head turns")]
    [InlineData("rope_scaling", "{\"rope_type\":\"longrope\",\"factor\":4}", "rope_scaling.rope_type: is 'longrope'. W2SR knows default, linear, llama3 and yarn")]
    [InlineData("rope_scaling", "{\"type\":\"dynamic\",\"factor\":4}", "rope_scaling.type: is 'dynamic'")]
    [InlineData("rope_scaling", "{\"type\":\"linear\"}", "rope_scaling.factor: is missing")]
    [InlineData("rope_scaling", "{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,\"high_freq_factor\":4,\"original_max_position_embeddings\":64}", "expected more than low_freq_factor (4)")]
    [InlineData("rope_parameters", "{\"full_attention\":{\"rope_theta\":1e4}}", "differ by layer type")]
    [InlineData("rope_scaling", "[4]", "rope_scaling: is [4], expected an object")]
    [InlineData("layer_types", "[\"full_attention\",\"linear_attention\"]", "names 'linear_attention'")]
    [InlineData("layer_types", "[\"chunked_attention\"]", "names 'chunked_attention'")]
    [InlineData("vocab_size", "0", "vocab_size: is 0, expected a number of at least 1")]
    [InlineData("hidden_size", "6e99", "hidden_size: is 6e99, expected a whole number of 32 bits")]
    [InlineData("hidden_size", "\"64\"", "expected a whole number")]
    [InlineData("hidden_size", "66", "expected a multiple of num_attention_heads (4)")]
    [InlineData("num_key_value_heads", "3", "expected a divisor of num_attention_heads (4)")]
    [InlineData("head_dim", "15", "must be even")]
    [InlineData("rms_norm_eps", "0", "rms_norm_eps: is 0, expected a number above 0")]
    [InlineData("rms_norm_eps", "null", "rms_norm_eps: is missing")]
    [InlineData("rope_theta", "-1", "rope_theta: is -1, expected a number above 0")]
    [InlineData("tie_word_embeddings", "1", "expected true or false")]
    [InlineData("eos_token_id", "[2,-3]", "each at least 0")]
    public void Parse_WhatCannotRun_IsRefusedByName(string key, string value, string message)
    {
        var thrown = Assert.Throws<W2srFormatException>(() => Parse((key, JsonNode.Parse(value))));
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mistral", "MistralForCausalLM", """{"sliding_window":256}""")]
    [InlineData("qwen2", "Qwen2ForCausalLM", """{"sliding_window":256,"use_sliding_window":true,"max_window_layers":1}""")]
    [InlineData("qwen3", "Qwen3ForCausalLM", """{"sliding_window":256,"use_sliding_window":true,"layer_types":["full_attention","sliding_attention","full_attention"]}""")]
    public void Parse_WindowInUse_IsRefusedWithTheWayAround(string type, string architecture, string changes)
    {
        var all = JsonNode.Parse(changes)!.AsObject().Select(c => (c.Key, c.Value?.DeepClone())).ToArray();
        var thrown = Assert.Throws<W2srFormatException>(() => Parse([("model_type", type), ("architectures", new JsonArray(architecture)), .. all]));
        Assert.Contains("set sliding_window to null and max_position_embeddings to 256", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("[1]", "is a JSON Array, expected an object")]
    [InlineData("{\"vocab_size\":1,\"vocab_size\":2}", "vocab_size")]
    [InlineData("{\"model_type\":\"\\ud800\"}", "not Unicode")]
    public void Parse_NoConfiguration_IsRefused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<W2srFormatException>(() => HuggingFaceConfigReader.Parse(Encoding.UTF8.GetBytes(text), "config.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_AbsentFile_SaysSo() =>
        Assert.Contains("cannot be read", Assert.Throws<W2srFormatException>(() => HuggingFaceConfigReader.Read("/no/such/folder/config.json")).Message, StringComparison.Ordinal);
}
