namespace W2SR.Core.Training;

/// <summary>What the rollouts of one GRPO step were like, and what the update saw of them.</summary>
public sealed record RolloutMetrics
{
    /// <summary>Mean of each reward over the responses that it scored, by its name; before weights.</summary>
    public required IReadOnlyDictionary<string, double> Rewards { get; init; }

    /// <summary>Standard deviation of the weighted sum over all responses.</summary>
    public required double RewardSpread { get; init; }

    /// <summary>Share of groups whose responses all earned the least that was earned in the step (too hard, or cut off, or the format is never reached).</summary>
    public required double UniformLowGroups { get; init; }

    /// <summary>Share of groups whose responses all earned the most that was earned in the step (too easy).</summary>
    public required double UniformHighGroups { get; init; }

    /// <summary>Responses that no reward scored.</summary>
    public int Unscored { get; init; }

    /// <summary>Rounds of generation; more than 1 where uniform groups were replaced.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Mean response length in tokens.</summary>
    public required double MeanLength { get; init; }

    /// <summary>Length quantiles at 10, 50 and 90 percent, and the longest, in tokens.</summary>
    public required IReadOnlyList<int> LengthQuantiles { get; init; }

    /// <summary>Share of responses that were cut off before they ended.</summary>
    public required double TruncatedShare { get; init; }

    /// <summary>Share of responses in which the verifier found no answer; null where no verifier judges.</summary>
    public double? NoAnswerShare { get; init; }

    /// <summary>Mean entropy of the policy's token distributions, in nats; null when nothing trained.</summary>
    public double? Entropy { get; init; }

    /// <summary>Share of tokens (responses, for sequence ratios) whose gradient the lower clip took.</summary>
    public double? ClippedLow { get; init; }

    /// <summary>Share of tokens (responses, for sequence ratios) whose gradient the upper clip took.</summary>
    public double? ClippedHigh { get; init; }

    /// <summary>Mean absolute difference between the trainer's and the sampler's log-probs before the first update; rounding on one device.</summary>
    public double? SamplerMismatch { get; init; }

    /// <summary>Largest such difference.</summary>
    public double? LargestSamplerMismatch { get; init; }

    /// <summary>Tokens generated for each second of generation.</summary>
    public required double RolloutTokensPerSecond { get; init; }

    /// <summary>Tokens, prompts included, that went through the update for each of its seconds; 0 when nothing trained.</summary>
    public required double UpdateTokensPerSecond { get; init; }

    /// <summary>Seconds spent on rewards.</summary>
    public required double RewardSeconds { get; init; }
}
