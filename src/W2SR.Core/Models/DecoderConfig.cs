namespace W2SR.Core.Models;

/// <summary>The shape of a decoder of the Llama / Qwen2 / Qwen3 family: RMSNorm, rotary positions, grouped-query attention, SwiGLU.</summary>
public sealed record DecoderConfig
{
    /// <summary>V: number of token ids.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>C: width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>L: number of blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>H: number of query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>KV: number of key and value heads; H is a multiple of it. Equal to H for plain multi-head attention.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>D: size of one head, even. Not always C / H (Qwen3).</summary>
    public required int HeadSize { get; init; }

    /// <summary>F: width of the SwiGLU feed-forward.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>Positions that the model can see at most, prompt and response together.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Epsilon inside RMSNorm's root. Default 1e-6 (Qwen2.5).</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Base of the rotary frequencies. Default 10,000 (RoFormer, arXiv:2104.09864).</summary>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>How the rotary frequencies are stretched to longer contexts. Default: not at all.</summary>
    public RopeScaling RopeScaling { get; init; } = RopeScaling.None;

    /// <summary>True when the LM head is the embedding matrix itself: one parameter, one gradient.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary>True when q, k and v projections have biases (Qwen2).</summary>
    public bool AttentionBias { get; init; }

    /// <summary>True when the attention's output projection has a bias (Llama's <c>attention_bias</c>).</summary>
    public bool AttentionOutputBias { get; init; }

    /// <summary>True when the three projections of the feed-forward have biases (Llama's <c>mlp_bias</c>).</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>True when queries and keys are normalised per head before the rotation (Qwen3).</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Checks that the sizes fit together.</summary>
    /// <exception cref="ArgumentException">They do not; the message names the values.</exception>
    public void Validate()
    {
        foreach (var (name, value) in new (string, int)[]
        {
            (nameof(VocabularySize), VocabularySize), (nameof(HiddenSize), HiddenSize), (nameof(LayerCount), LayerCount),
            (nameof(HeadCount), HeadCount), (nameof(KeyValueHeadCount), KeyValueHeadCount), (nameof(HeadSize), HeadSize),
            (nameof(FeedForwardSize), FeedForwardSize), (nameof(ContextLength), ContextLength),
        })
            if (value < 1) throw new ArgumentException($"{name} must be at least 1, got {value}.");
        if (HeadCount % KeyValueHeadCount != 0)
            throw new ArgumentException($"HeadCount {HeadCount} is not a multiple of KeyValueHeadCount {KeyValueHeadCount}.");
        if (HeadSize % 2 != 0)
            throw new ArgumentException($"HeadSize {HeadSize} is odd; rotary positions turn pairs of numbers.");
        if (!(NormEpsilon > 0) || !(RopeTheta > 1))
            throw new ArgumentException($"NormEpsilon ({NormEpsilon}) must be positive and RopeTheta ({RopeTheta}) above 1.");
        ArgumentNullException.ThrowIfNull(RopeScaling);
        RopeScaling.Validate();
    }
}
