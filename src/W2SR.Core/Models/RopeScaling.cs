namespace W2SR.Core.Models;

/// <summary>How rotary frequencies are stretched; the names and defaults are those of <c>rope_scaling</c> in Hugging Face configs.</summary>
public sealed record RopeScaling
{
    /// <summary>No stretching.</summary>
    public static RopeScaling None { get; } = new();

    /// <summary>Which rule. Default: no stretching.</summary>
    public RopeKind Kind { get; init; }

    /// <summary>By how much the context grows. <c>factor</c>.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Positions that the model was trained on before; needed by llama3 and yarn. <c>original_max_position_embeddings</c>.</summary>
    public int OriginalContextLength { get; init; }

    /// <summary>llama3: wavelengths above the original context divided by this are divided in full. <c>low_freq_factor</c>.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>llama3: wavelengths below the original context divided by this stay. <c>high_freq_factor</c>.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>yarn: dimensions that turn at least this often within the original context stay. <c>beta_fast</c>.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>yarn: dimensions that turn at most this often are divided in full. <c>beta_slow</c>.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>yarn: factor on cosines and sines; null computes it from <see cref="Factor"/> and the two scales below. <c>attention_factor</c>.</summary>
    public double? AttentionFactor { get; init; }

    /// <summary>yarn: <c>mscale</c>; used only together with <see cref="MScaleAllDimensions"/>.</summary>
    public double? MScale { get; init; }

    /// <summary>yarn: <c>mscale_all_dim</c>.</summary>
    public double? MScaleAllDimensions { get; init; }

    /// <summary>yarn: rounds the passage's ends to whole dimensions. <c>truncate</c>.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>Checks the values that the rule uses.</summary>
    /// <exception cref="ArgumentException">One lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (Kind == RopeKind.Default) return;
        if (!Enum.IsDefined(Kind)) throw new ArgumentException($"{Kind} is no kind of rotary scaling.");
        Require(double.IsFinite(Factor) && Factor >= 1, nameof(Factor), Factor, "at least 1");
        if (Kind == RopeKind.Linear) return;
        Require(OriginalContextLength >= 1, nameof(OriginalContextLength), OriginalContextLength, "at least 1");
        if (Kind == RopeKind.Llama3)
        {
            Require(LowFrequencyFactor > 0, nameof(LowFrequencyFactor), LowFrequencyFactor, "positive");
            Require(HighFrequencyFactor > LowFrequencyFactor, nameof(HighFrequencyFactor), HighFrequencyFactor, $"above LowFrequencyFactor ({LowFrequencyFactor})");
            return;
        }
        Require(BetaSlow > 0, nameof(BetaSlow), BetaSlow, "positive");
        Require(BetaFast >= BetaSlow, nameof(BetaFast), BetaFast, $"at least BetaSlow ({BetaSlow})");
        Require(AttentionFactor is null or > 0, nameof(AttentionFactor), AttentionFactor ?? 0, "positive");
    }

    private void Require(bool holds, string name, double value, string range)
    {
        if (!holds) throw new ArgumentException($"RopeScaling.{name} must be {range} for {Kind}, got {value}.");
    }
}
