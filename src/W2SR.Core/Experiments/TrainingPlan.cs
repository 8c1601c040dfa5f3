using W2SR.Core.Training;

namespace W2SR.Core.Experiments;

/// <summary>How students and teachers are trained. Seeds, files and checkpoints inside a stage are the experiment's affair.</summary>
public sealed record TrainingPlan
{
    /// <summary>Fine-tuning of students, and of teachers that answer directly. Default: the paper's recipe.</summary>
    public SftOptions Sft { get; init; } = SftOptions.Paper;

    /// <summary>Optimizer steps over which fine-tuning's rate rises, 30% of all at most, whatever their number; null for the share in <see cref="Sft"/>.</summary>
    public int? SftWarmupSteps { get; init; }

    /// <summary>Reinforcement learning. Default: the paper's settings.</summary>
    public GrpoOptions Reinforcement { get; init; } = GrpoOptions.Paper;

    /// <summary>Problems of direct answers that make a teacher which does not reason. Default 4000.</summary>
    public int DirectAnswers { get; init; } = 4000;

    /// <summary>
    /// Share of GRPO's groups whose rewards are expected to differ, for <c>--plan</c> alone: groups of equal rewards are not trained on, unless the loss needs every response. Default 0.4, the mean
    /// of the two runs in docs/recipes (0.31 over 100 rounds of a real model, 0.47 over 120 rounds of arithmetic).
    /// </summary>
    public double ExpectedTrainingGroups { get; init; } = 0.4;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range, or sets what the experiment itself sets.</exception>
    public void Validate()
    {
        Sft.Validate();
        Reinforcement.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(DirectAnswers, 1);
        if (!(ExpectedTrainingGroups is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(ExpectedTrainingGroups), ExpectedTrainingGroups, "It is a share: it must lie between 0 and 1.");
        if (SftWarmupSteps is { } steps) ArgumentOutOfRangeException.ThrowIfNegative(steps, nameof(SftWarmupSteps));
        if (Sft.State is not null || Sft.MetricsFile is not null || Sft.Seed != 0 || Reinforcement.State is not null || Reinforcement.MetricsFile is not null || Reinforcement.Seed != 0)
            throw new ArgumentException("sft and reinforcement must not set state, metricsFile or seed: stages have folders of their own, and seeds stand at the top of the file.");
    }
}
