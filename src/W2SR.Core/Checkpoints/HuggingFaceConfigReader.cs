using TorchSharp;
using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary>
/// Reads a Hugging Face <c>config.json</c> of the dense Llama, Mistral, Qwen2 and Qwen3 families, in the spelling of today
/// (<c>rope_parameters</c>, <c>dtype</c>) and in that of most published checkpoints (<c>rope_theta</c>, <c>rope_scaling</c>,
/// <c>torch_dtype</c>). What W2SR cannot run is refused by name, with what to do instead.
/// </summary>
/// <remarks>A key that is absent has the default of Hugging Face transformers where published checkpoints rely on it; other absences are errors. Unknown keys are kept in <see cref="CheckpointConfig.Json"/>.</remarks>
public static class HuggingFaceConfigReader
{
    private static readonly Dictionary<string, string> Architectures = new()
    {
        ["llama"] = "LlamaForCausalLM",
        ["mistral"] = "MistralForCausalLM",
        ["qwen2"] = "Qwen2ForCausalLM",
        ["qwen3"] = "Qwen3ForCausalLM",
    };

    private const string Supported = "W2SR runs LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM and Qwen3ForCausalLM";

    /// <summary>Hugging Face's class name of a family.</summary>
    internal static string ArchitectureOf(string modelType) =>
        Architectures.TryGetValue(modelType, out var name) ? name : throw new ArgumentException($"'{modelType}' is none of {string.Join(", ", Architectures.Keys)}.", nameof(modelType));

    /// <summary>Reads a file.</summary>
    /// <param name="path">A <c>config.json</c>.</param>
    /// <exception cref="W2srFormatException">It cannot be read, is no configuration, contradicts itself, or names an architecture or option that W2SR cannot run.</exception>
    public static CheckpointConfig Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Parse(JsonFields.ReadFile(path), path);
    }

    /// <summary>Reads the bytes of a <c>config.json</c>.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="path">What errors call it.</param>
    /// <exception cref="W2srFormatException">As in <see cref="Read"/>.</exception>
    public static CheckpointConfig Parse(ReadOnlyMemory<byte> json, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var fields = JsonFields.Parse(json, path);
        var type = CheckFamily(fields);
        CheckOptions(fields, type);
        var heads = fields.Size("num_attention_heads");
        var hidden = fields.Size("hidden_size");
        // Llama leaves it out for plain multi-head attention; the others' defaults are somebody's 7B model, so silence there is an error.
        var keyValueHeads = fields.Size("num_key_value_heads", type == "llama" || fields.Names("num_key_value_heads") ? heads : null);
        if (!fields.Has("head_dim") && type != "qwen3" && hidden % heads != 0)
            throw fields.Wrong("hidden_size", $"a multiple of num_attention_heads ({heads}), or a head_dim beside it");
        var attentionBias = type is "llama" or "qwen3" && fields.Flag("attention_bias", false);
        var config = new CheckpointConfig
        {
            ModelType = type,
            VocabularySize = fields.Size("vocab_size"),
            HiddenSize = hidden,
            LayerCount = fields.Size("num_hidden_layers"),
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            HeadSize = fields.Size("head_dim", type == "qwen3" ? 128 : hidden / heads),
            FeedForwardSize = fields.Size("intermediate_size"),
            ContextLength = fields.Size("max_position_embeddings"),
            NormEpsilon = fields.Positive("rms_norm_eps"),
            Rope = RopeConfigReader.Read(fields),
            TieEmbeddings = fields.Flag("tie_word_embeddings", false),
            QueryKeyValueBias = attentionBias || type == "qwen2",
            AttentionOutputBias = attentionBias,
            FeedForwardBias = type == "llama" && fields.Flag("mlp_bias", false),
            QueryKeyNorm = type == "qwen3",
            WeightType = fields.WeightType("dtype") ?? fields.WeightType("torch_dtype"),
            BosTokenId = fields.OneId("bos_token_id"),
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.OneId("pad_token_id"),
            Json = json,
        };
        if (heads % keyValueHeads != 0) throw fields.Wrong("num_key_value_heads", $"a divisor of num_attention_heads ({heads})");
        if (config.HeadSize % 2 != 0) throw fields.Refused("head_dim", $"is {config.HeadSize}; rotary positions turn pairs of numbers, so it must be even.");
        CheckWindow(fields, config);
        return config;
    }

    private static string CheckFamily(JsonFields fields)
    {
        var named = fields.Texts("architectures");
        var type = fields.Text("model_type") ?? Architectures.FirstOrDefault(a => named.Contains(a.Value)).Key ?? throw fields.Missing("model_type");
        if (!Architectures.TryGetValue(type, out var expected))
            throw fields.Refused("model_type", $"is '{type}'{(named.Count > 0 ? $" ({string.Join(", ", named)})" : "")}. {Supported}; choose a checkpoint of one of these families.");
        if (named.Count > 0 && !named.Contains(expected))
            throw fields.Refused("architectures", $"is {string.Join(", ", named)} with model_type '{type}'. {Supported}; export the causal language model ({expected}) of this checkpoint.");
        return type;
    }

    private static void CheckOptions(JsonFields fields, string type)
    {
        if (fields.Has("quantization_config"))
        {
            var method = fields.Object("quantization_config")!.Text("quant_method") ?? "unnamed";
            throw fields.Refused("quantization_config", $"says that the weights are quantized ({method}). Use the checkpoint's float16 or bfloat16 original, or a GGUF file of it.");
        }
        foreach (var key in (string[])["num_experts", "num_local_experts", "n_routed_experts"])
            if (fields.Integer(key) is > 0 and var experts)
                throw fields.Refused(key, $"is {experts}: a mixture of experts. W2SR runs dense models; choose the dense model of the family.");
        if (fields.Text("hidden_act") is { } activation and not ("silu" or "swish"))
            throw fields.Refused("hidden_act", $"is '{activation}'. W2SR runs SwiGLU feed-forwards ('silu'), as all published {type} checkpoints have.");
        if (fields.Number("partial_rotary_factor") is { } part && part != 1)
            throw fields.Refused("partial_rotary_factor", $"is {part}: only part of each head turns. W2SR turns whole heads; choose a checkpoint where it is 1 or absent.");
        if (fields.Flag("use_mrope", false))
            throw fields.Refused("use_mrope", "is true: positions of several modalities. W2SR runs text models; choose the text-only checkpoint.");
    }

    /// <summary>A window is refused only where it would hide something: used, on some layer, and shorter than the context.</summary>
    private static void CheckWindow(JsonFields fields, CheckpointConfig config)
    {
        // MistralConfig's default for an absent key is a window of 4096; Qwen's switch is off by default.
        var window = fields.Integer("sliding_window") ?? (config.ModelType == "mistral" && !fields.Names("sliding_window") ? 4096 : null);
        var layers = fields.Texts("layer_types");
        if (layers.FirstOrDefault(l => l is not ("full_attention" or "sliding_attention")) is { } other)
            throw fields.Refused("layer_types", $"names '{other}'. W2SR runs full attention only; choose a checkpoint without it.");
        var isUsed = config.ModelType switch
        {
            _ when window is null => false,
            "mistral" => true,
            "llama" => layers.Contains("sliding_attention"),
            _ when !fields.Flag("use_sliding_window", false) => false,
            _ => layers.Count > 0 ? layers.Contains("sliding_attention") : (fields.Integer("max_window_layers") ?? 28) < config.LayerCount,
        };
        if (isUsed && window < config.ContextLength)
            throw fields.Refused("sliding_window",
                $"is {window}, shorter than max_position_embeddings ({config.ContextLength}). W2SR has no sliding-window attention. " +
                $"Within {window} tokens the model is the same without it: set sliding_window to null and max_position_embeddings to {window} in config.json.");
    }
}
