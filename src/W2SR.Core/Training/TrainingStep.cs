namespace W2SR.Core.Training;

/// <summary>What one optimizer step (SFT) or one round of rollouts and updates (GRPO) did.</summary>
public sealed record TrainingStep
{
    /// <summary>Number of this step, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>Steps in all.</summary>
    public required int TotalSteps { get; init; }

    /// <summary>Mean loss: per supervised token (SFT), of the policy objective (GRPO).</summary>
    public required double Loss { get; init; }

    /// <summary>Learning rate used.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Norm of the gradient before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Supervised tokens (SFT) or generated tokens (GRPO) of this step.</summary>
    public required int Tokens { get; init; }

    /// <summary>Mean reward of the step's rollouts; null in SFT.</summary>
    public double? Reward { get; init; }

    /// <summary>Share of groups whose rewards were all equal, from which nothing is learned; null in SFT.</summary>
    public double? UniformGroups { get; init; }

    /// <summary>Mean estimate of KL(policy || reference) per token; null where no reference is used.</summary>
    public double? Kl { get; init; }

    /// <summary>What GRPO's rollouts were like; null in SFT.</summary>
    public RolloutMetrics? Rollouts { get; init; }

    /// <summary>What a person should look at, in plain words; empty when nothing is out of the ordinary.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Tokens read in a second of this step, padding not counted; null in GRPO.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Share of the read tokens that were supervised; null in GRPO.</summary>
    public double? SupervisedShare { get; init; }

    /// <summary>Most memory that the process has held so far, in bytes; null in GRPO.</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>Mean loss per supervised token on data that is not trained on; null where it was not measured.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Sampled accuracy after this step; null where it was not measured.</summary>
    public double? PassAt1 { get; init; }

    /// <summary>Time since training began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Expected time left, by the mean of the steps so far.</summary>
    public TimeSpan Remaining => Step == 0 ? TimeSpan.Zero : Elapsed / Step * (TotalSteps - Step);
}
