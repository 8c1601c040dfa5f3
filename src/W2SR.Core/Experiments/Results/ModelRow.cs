namespace W2SR.Core.Experiments.Results;

/// <summary>One model in the tables of a result, at one temperature.</summary>
public sealed record ModelRow
{
    /// <summary>Seed of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The model; unique for one seed.</summary>
    public required string Name { get; init; }

    /// <summary>"base", "teacher" or "student" (an arm).</summary>
    public required string Role { get; init; }

    /// <summary>The model that it was made of; null for a base.</summary>
    public string? From { get; init; }

    /// <summary>The model whose traces it learned from; null where there is none.</summary>
    public string? Teacher { get; init; }

    /// <summary>What it was trained on; null for bases and teachers.</summary>
    public ArmVariant? Variant { get; init; }

    /// <summary>Traces asked for; null where there are none.</summary>
    public int? Traces { get; init; }

    /// <summary>Samples of each problem among them; null where there are none.</summary>
    public int? SamplesPerProblem { get; init; }

    /// <summary>Parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Mean over problems of the share of correct samples.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Lower end of its 95% interval.</summary>
    public required double Low { get; init; }

    /// <summary>Upper end.</summary>
    public required double High { get; init; }

    /// <summary>Accuracy over routes of three or more moves, of which there are too many to have been met in training; null elsewhere.</summary>
    public double? AccuracyLongRoutes { get; init; }

    /// <summary>Share of responses that show work.</summary>
    public required double Reasons { get; init; }

    /// <summary>Share of responses that were cut off.</summary>
    public required double CutOff { get; init; }

    /// <summary>Mean tokens of a response.</summary>
    public required double MeanLength { get; init; }

    /// <summary>Wall time of the training that made it of the model it comes from; for a base, of its pre-training. A stage that was resumed counts from its last start.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>Floating-point operations of that training, rollouts included.</summary>
    public required double TrainFlops { get; init; }
}
