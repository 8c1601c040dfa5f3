using System.Text.Json.Nodes;
using W2SR.Core.Common;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>
/// Writes a <c>config.json</c> that transformers, vLLM and llama.cpp's converter read: the source's own file with only the weights' type
/// brought up to date, or a new one in the spelling that most published checkpoints carry.
/// </summary>
public static class HuggingFaceConfigWriter
{
    /// <summary>The bytes to write.</summary>
    /// <param name="config">What the weights need.</param>
    /// <param name="weightType">The type that most of the saved weights have.</param>
    /// <returns>UTF-8. The very bytes of <see cref="CheckpointConfig.Json"/> where there are some and their type is right.</returns>
    /// <exception cref="ArgumentException">No family that W2SR reads has this combination of options, so it could not be loaded back.</exception>
    public static ReadOnlyMemory<byte> ToJson(CheckpointConfig config, ScalarType weightType)
    {
        ArgumentNullException.ThrowIfNull(config);
        var changes = config.Json.IsEmpty ? Describe(config) : [];
        if (config.Json.IsEmpty || (config.WeightType is { } was && was != weightType)) // a silent file leaves it to the weights
            changes[Names(config.Json, "dtype") ? "dtype" : "torch_dtype"] = Name(weightType);
        var json = JsonMerge.Set(config.Json, changes);
        CheckLoadsBack(config, json);
        return json;
    }

    private static Dictionary<string, JsonNode?> Describe(CheckpointConfig config)
    {
        var keys = new Dictionary<string, JsonNode?>
        {
            ["architectures"] = new JsonArray(HuggingFaceConfigReader.ArchitectureOf(config.ModelType)),
            ["model_type"] = config.ModelType,
            ["hidden_act"] = "silu",
            ["vocab_size"] = config.VocabularySize,
            ["hidden_size"] = config.HiddenSize,
            ["intermediate_size"] = config.FeedForwardSize,
            ["num_hidden_layers"] = config.LayerCount,
            ["num_attention_heads"] = config.HeadCount,
            ["num_key_value_heads"] = config.KeyValueHeadCount,
            ["head_dim"] = config.HeadSize,
            ["max_position_embeddings"] = config.ContextLength,
            ["rms_norm_eps"] = config.NormEpsilon,
            ["rope_theta"] = config.Rope.Theta,
            ["rope_scaling"] = Describe(config.Rope),
            ["tie_word_embeddings"] = config.TieEmbeddings,
            ["bos_token_id"] = config.BosTokenId is { } bos ? JsonValue.Create(bos) : null,
            ["eos_token_id"] = JsonMerge.Ids(config.EosTokenIds),
            ["pad_token_id"] = config.PadTokenId is { } pad ? JsonValue.Create(pad) : null,
            ["use_cache"] = true,
        };
        if (config.ModelType is "llama" or "qwen3") keys["attention_bias"] = config.AttentionOutputBias;
        if (config.ModelType == "llama") keys["mlp_bias"] = config.FeedForwardBias;
        // transformers' default for a silent Mistral is a window of 4096.
        if (config.ModelType == "mistral") keys["sliding_window"] = config.ContextLength;
        return keys;
    }

    private static JsonObject? Describe(RopeConfig rope)
    {
        if (rope.Kind == RopeKind.Default) return null;
        var keys = new JsonObject { ["rope_type"] = rope.Kind.ToString().ToLowerInvariant(), ["factor"] = rope.Factor };
        if (rope.Kind != RopeKind.Linear) keys["original_max_position_embeddings"] = rope.OriginalContextLength;
        if (rope.Kind == RopeKind.Llama3)
        {
            keys["low_freq_factor"] = rope.LowFrequencyFactor;
            keys["high_freq_factor"] = rope.HighFrequencyFactor;
        }
        if (rope.Kind != RopeKind.Yarn) return keys;
        keys["beta_fast"] = rope.BetaFast;
        keys["beta_slow"] = rope.BetaSlow;
        if (rope.AttentionFactor is { } factor) keys["attention_factor"] = factor;
        if (rope.AttentionScale is { } scale) keys["mscale"] = scale;
        if (rope.AttentionScaleAllDimensions is { } all) keys["mscale_all_dim"] = all;
        if (!rope.RoundsRamp) keys["truncate"] = false;
        return keys;
    }

    private static bool Names(ReadOnlyMemory<byte> json, string key) => !json.IsEmpty && JsonFields.Parse(json, "config.json").Names(key);

    private static string Name(ScalarType type) => type switch
    {
        ScalarType.Float32 => "float32",
        ScalarType.BFloat16 => "bfloat16",
        ScalarType.Float16 => "float16",
        ScalarType.Float64 => "float64",
        _ => throw new ArgumentException($"Weights are float64, float32, bfloat16 or float16, not {type}.", nameof(type)),
    };

    private static void CheckLoadsBack(CheckpointConfig config, ReadOnlyMemory<byte> json)
    {
        CheckpointConfig back;
        try
        {
            back = HuggingFaceConfigReader.Parse(json, "config.json");
        }
        catch (W2srFormatException e)
        {
            throw new ArgumentException($"This model could not be loaded back: {e.Message}", nameof(config), e);
        }
        static CheckpointConfig Plain(CheckpointConfig c) => c with { Json = default, EosTokenIds = [], WeightType = null };
        if (Plain(back) != Plain(config) || !back.EosTokenIds.SequenceEqual(config.EosTokenIds))
            throw new ArgumentException($"A config.json of model_type '{config.ModelType}' cannot say what this model is: {Plain(config)} would be loaded back as {Plain(back)}.", nameof(config));
    }
}
