using W2SR.Core.Checkpoints;

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

    /// <summary>Rotary positions: base of the frequencies and how they are stretched. Default: base 10,000, not stretched (RoFormer, arXiv:2104.09864).</summary>
    public RopeConfig Rope { get; init; } = new();

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

    /// <summary>The shape that a checkpoint states.</summary>
    public static DecoderConfig From(CheckpointConfig checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return new DecoderConfig
        {
            VocabularySize = checkpoint.VocabularySize,
            HiddenSize = checkpoint.HiddenSize,
            LayerCount = checkpoint.LayerCount,
            HeadCount = checkpoint.HeadCount,
            KeyValueHeadCount = checkpoint.KeyValueHeadCount,
            HeadSize = checkpoint.HeadSize,
            FeedForwardSize = checkpoint.FeedForwardSize,
            ContextLength = checkpoint.ContextLength,
            NormEpsilon = checkpoint.NormEpsilon,
            Rope = checkpoint.Rope,
            TieEmbeddings = checkpoint.TieEmbeddings,
            AttentionBias = checkpoint.QueryKeyValueBias,
            AttentionOutputBias = checkpoint.AttentionOutputBias,
            FeedForwardBias = checkpoint.FeedForwardBias,
            QueryKeyNorm = checkpoint.QueryKeyNorm,
        };
    }

    /// <summary>What a <c>config.json</c> of this shape says: the family is the one that has these options.</summary>
    public CheckpointConfig ToCheckpoint() => new()
    {
        ModelType = QueryKeyNorm ? "qwen3" : AttentionBias && !AttentionOutputBias ? "qwen2" : "llama",
        VocabularySize = VocabularySize,
        HiddenSize = HiddenSize,
        LayerCount = LayerCount,
        HeadCount = HeadCount,
        KeyValueHeadCount = KeyValueHeadCount,
        HeadSize = HeadSize,
        FeedForwardSize = FeedForwardSize,
        ContextLength = ContextLength,
        NormEpsilon = NormEpsilon,
        Rope = Rope,
        TieEmbeddings = TieEmbeddings,
        QueryKeyValueBias = AttentionBias,
        AttentionOutputBias = AttentionOutputBias,
        FeedForwardBias = FeedForwardBias,
        QueryKeyNorm = QueryKeyNorm,
    };

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
        Require(NormEpsilon > 0 && double.IsFinite(NormEpsilon), nameof(NormEpsilon), NormEpsilon, "positive");
        ValidateRope();
    }

    private void ValidateRope()
    {
        ArgumentNullException.ThrowIfNull(Rope);
        Require(Rope.Theta > 1 && double.IsFinite(Rope.Theta), "Rope.Theta", Rope.Theta, "above 1");
        if (!Enum.IsDefined(Rope.Kind)) throw new ArgumentException($"Rope.Kind {Rope.Kind} is no kind of rotary positions.");
        if (Rope.Kind == RopeKind.Default) return;
        Require(Rope.Factor > 0 && double.IsFinite(Rope.Factor), "Rope.Factor", Rope.Factor, "positive");
        if (Rope.Kind == RopeKind.Linear) return;
        Require(Rope.OriginalContextLength >= 1, "Rope.OriginalContextLength", Rope.OriginalContextLength, "at least 1");
        if (Rope.Kind == RopeKind.Llama3)
        {
            Require(Rope.LowFrequencyFactor > 0, "Rope.LowFrequencyFactor", Rope.LowFrequencyFactor, "positive");
            Require(Rope.HighFrequencyFactor > Rope.LowFrequencyFactor, "Rope.HighFrequencyFactor", Rope.HighFrequencyFactor, "above Rope.LowFrequencyFactor");
            return;
        }
        Require(Rope.BetaSlow > 0, "Rope.BetaSlow", Rope.BetaSlow, "positive");
        Require(Rope.BetaFast >= Rope.BetaSlow, "Rope.BetaFast", Rope.BetaFast, "at least Rope.BetaSlow");
        Require(Rope.AttentionFactor is null or > 0, "Rope.AttentionFactor", Rope.AttentionFactor ?? 0, "positive");
    }

    private static void Require(bool holds, string name, double value, string range)
    {
        if (!holds) throw new ArgumentException($"{name} must be {range}, got {value}.");
    }
}
