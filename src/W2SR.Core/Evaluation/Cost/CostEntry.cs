namespace W2SR.Core.Evaluation.Cost;

/// <summary>What one stage of an experiment cost. A number that was not measured is null, not 0.</summary>
/// <param name="Stage">The stage, such as "student W2SR".</param>
/// <param name="Model">The model that it ran.</param>
/// <param name="Kind">What the stage did.</param>
public sealed record CostEntry(string Stage, string Model, CostKind Kind)
{
    /// <summary>Tokens that a model wrote.</summary>
    public long TokensGenerated { get; init; }

    /// <summary>Tokens that a gradient was taken over, prompts included, epochs counted.</summary>
    public long TokensTrained { get; init; }

    /// <summary>Floating-point operations by formula (docs/evaluation.md), a multiply-add counted as two.</summary>
    public double Flops { get; init; }

    /// <summary>Wall time; null when it was not measured.</summary>
    public TimeSpan? WallTime { get; init; }

    /// <summary>Largest memory use; null when it was not measured.</summary>
    public long? PeakMemoryBytes { get; init; }
}
