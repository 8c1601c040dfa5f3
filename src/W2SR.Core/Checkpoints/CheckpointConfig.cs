using TorchSharp;

namespace W2SR.Core.Checkpoints;

/// <summary>
/// What a checkpoint says about its decoder, in plain numbers: from a Hugging Face <c>config.json</c> or from a GGUF's metadata. Only
/// options that W2SR can run are ever in it; everything else was refused by name when it was read.
/// </summary>
public sealed record CheckpointConfig
{
    /// <summary>Hugging Face's name of the family: <c>llama</c>, <c>mistral</c>, <c>qwen2</c> or <c>qwen3</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>V: number of token ids.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>C: width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>L: number of blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>H: number of query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>KV: number of key and value heads; H is a multiple of it.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>D: size of one head, even. Not always C / H.</summary>
    public required int HeadSize { get; init; }

    /// <summary>F: width of the SwiGLU feed-forward.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>Positions that the model was made for at most.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Epsilon inside RMSNorm's root.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>Rotary positions.</summary>
    public required RopeConfig Rope { get; init; }

    /// <summary>True when the LM head is the embedding matrix itself; the weights then hold no <c>lm_head.weight</c>.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary>True when q, k and v projections have biases (Qwen2 always; Llama and Qwen3 with <c>attention_bias</c>).</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>True when the attention's output projection has a bias (Llama and Qwen3 with <c>attention_bias</c>).</summary>
    public bool AttentionOutputBias { get; init; }

    /// <summary>True when gate, up and down projections have biases (Llama with <c>mlp_bias</c>).</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>True when queries and keys are normalised per head before the rotation (Qwen3).</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>The type that the checkpoint says its weights have, or null when it is silent. The files may say otherwise, and count.</summary>
    public torch.ScalarType? WeightType { get; init; }

    /// <summary>The id that begins a text, or null.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>The ids that end a text; may be empty. <see cref="GenerationConfig"/> often knows more.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>The id that fills batches, or null.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>The <c>config.json</c> it came from, every key of it; empty where there was none. Written back on saving.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }
}
