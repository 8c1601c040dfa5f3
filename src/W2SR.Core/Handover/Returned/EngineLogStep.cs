namespace W2SR.Core.Handover.Returned;

/// <summary>What an engine logged of one optimizer step. What it did not log, or logged as NaN, is null.</summary>
/// <param name="Step">Number, from 1.</param>
public sealed record EngineLogStep(int Step)
{
    /// <summary>Passes over the data so far.</summary>
    public double? Epoch { get; init; }

    /// <summary>Training loss.</summary>
    public double? Loss { get; init; }

    /// <summary>Norm of the gradient before clipping.</summary>
    public double? GradientNorm { get; init; }

    /// <summary>Learning rate of this step. verl logs the one after it; it is moved to its step here.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Loss on validation data.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Tokens of this step.</summary>
    public long? Tokens { get; init; }

    /// <summary>Wall time of this step.</summary>
    public double? Seconds { get; init; }

    /// <summary>Mean reward of rollouts; null in fine-tuning.</summary>
    public double? Reward { get; init; }

    /// <summary>Estimate of KL to the starting model.</summary>
    public double? Kl { get; init; }

    /// <summary>Mean tokens of a rollout.</summary>
    public double? MeanLength { get; init; }

    /// <summary>Share of rollouts that were cut off.</summary>
    public double? CutOffShare { get; init; }

    /// <summary>Share of groups whose rewards were all equal.</summary>
    public double? UniformGroups { get; init; }
}
