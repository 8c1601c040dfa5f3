using W2SR.Core.Evaluation;

namespace W2SR.Core.Experiments;

/// <summary>What a finished stage leaves in its record; weights and traces lie in files of their own.</summary>
internal sealed record StageRecord
{
    public double Seconds { get; init; }

    public double Flops { get; init; }

    public IReadOnlyList<EvaluationResult> Evaluations { get; init; } = [];
}
