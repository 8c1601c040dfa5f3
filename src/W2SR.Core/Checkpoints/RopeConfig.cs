namespace W2SR.Core.Checkpoints;

/// <summary>Rotary positions as a checkpoint states them. Fields that a kind does not use keep their defaults.</summary>
public sealed record RopeConfig
{
    /// <summary>How frequencies are stretched.</summary>
    public RopeKind Kind { get; init; }

    /// <summary>Base of the frequencies. Default 10,000, as where a <c>config.json</c> is silent.</summary>
    public double Theta { get; init; } = 10_000;

    /// <summary>How many times longer the context became; 1 for <see cref="RopeKind.Default"/>.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>The context before stretching, in tokens: for <see cref="RopeKind.Llama3"/> and <see cref="RopeKind.Yarn"/>.</summary>
    public int OriginalContextLength { get; init; }

    /// <summary>Llama 3: wavelengths above original context / this are divided by the whole factor.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>Llama 3: wavelengths below original context / this are kept.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>YaRN: rotations in the original context above which a dimension is kept. Default 32.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>YaRN: rotations in the original context below which a dimension is divided by the whole factor. Default 1.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>YaRN: what cosines and sines are multiplied with; null to derive it: 0.1 ln(factor) + 1, or from the two scales below.</summary>
    public double? AttentionFactor { get; init; }

    /// <summary>YaRN: DeepSeek's <c>mscale</c>; null when the checkpoint is silent.</summary>
    public double? AttentionScale { get; init; }

    /// <summary>YaRN: DeepSeek's <c>mscale_all_dim</c>; null when the checkpoint is silent.</summary>
    public double? AttentionScaleAllDimensions { get; init; }

    /// <summary>YaRN: whether the ramp's ends are rounded to whole dimensions. Default true.</summary>
    public bool RoundsRamp { get; init; } = true;
}
