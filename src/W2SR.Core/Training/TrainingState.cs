namespace W2SR.Core.Training;

/// <summary>What a checkpoint says beside its tensors. Order of the data and random numbers depend on the seed and the step alone, so the step is their state.</summary>
internal sealed record TrainingState
{
    /// <summary>Optimizer steps done.</summary>
    public required int Step { get; init; }

    /// <summary>Updates done, where a step is not exactly one; null where it is.</summary>
    public int? OptimizerSteps { get; init; }

    /// <summary>Where GRPO's draw of problems stands; null in SFT.</summary>
    public ProblemDrawState? Draw { get; init; }

    /// <summary>Options, data and model, name by name; a run that differs is refused.</summary>
    public required IReadOnlyDictionary<string, string> Identity { get; init; }

    /// <summary>File -> hash; a checkpoint whose files differ is not used.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    public required IReadOnlyList<TrainingStep> Steps { get; init; }

    public required long TokensTrained { get; init; }

    public required double Flops { get; init; }

    /// <summary>Step with the lowest validation loss so far; 0 for none.</summary>
    public required int BestStep { get; init; }

    /// <summary>Measurements since then.</summary>
    public required int PoorMeasurements { get; init; }
}
