namespace W2SR.Core.Experiments.Planning;

/// <summary>What a run would do: every stage, whether it is kept, and what it takes.</summary>
/// <param name="Stages">In the order in which they would be taken up.</param>
/// <param name="Workers">Stages side by side.</param>
/// <param name="ExpectedSeconds">Wall time of what is left to do; null where a stage's is unknown.</param>
/// <param name="TimeFrom">What the expected times rest on, in words.</param>
public sealed record ExperimentPlan(IReadOnlyList<PlannedStage> Stages, int Workers, double? ExpectedSeconds, string TimeFrom)
{
    /// <summary>What the numbers of stages that would run rest on, in words; the experiment's file can state it otherwise.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>Stages that would run.</summary>
    public int ToDo => Stages.Count(s => !s.IsKept);
}
