using System.Globalization;

namespace W2SR.Core.Checkpoints;

/// <summary>GGUF's names of a decoder's weights, and Hugging Face's.</summary>
internal static class GgufTensorNames
{
    private static readonly Dictionary<string, string> Whole = new()
    {
        ["token_embd.weight"] = "model.embed_tokens.weight",
        ["output_norm.weight"] = "model.norm.weight",
        ["output.weight"] = "lm_head.weight",
    };

    private static readonly Dictionary<string, string> InBlock = new()
    {
        ["attn_norm"] = "input_layernorm",
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_q_norm"] = "self_attn.q_norm",
        ["attn_k_norm"] = "self_attn.k_norm",
        ["attn_output"] = "self_attn.o_proj",
        ["ffn_norm"] = "post_attention_layernorm",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
    };

    /// <summary>The factors of Llama 3's frequencies, which become part of the configuration.</summary>
    public const string RopeFactors = "rope_freqs.weight";

    /// <summary>Hugging Face's name; a name that we do not know stays as it is, and is reported as unexpected when the model is loaded.</summary>
    public static string ToHuggingFace(string name)
    {
        if (Whole.TryGetValue(name, out var known)) return known;
        var parts = name.Split('.');
        return parts is ["blk", var layer, var stem, "weight" or "bias"] && InBlock.TryGetValue(stem, out var module)
            && int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? $"model.layers.{layer}.{module}.{parts[3]}"
            : name;
    }

    /// <summary>True for the projections whose rows llama.cpp's converter reorders in llama-architecture files.</summary>
    public static bool IsPermuted(string huggingFaceName) =>
        huggingFaceName.Contains(".self_attn.q_proj.", StringComparison.Ordinal) || huggingFaceName.Contains(".self_attn.k_proj.", StringComparison.Ordinal);
}
