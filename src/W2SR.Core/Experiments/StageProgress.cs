namespace W2SR.Core.Experiments;

/// <summary>How far one stage of an experiment is.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Total">Steps in all.</param>
/// <param name="Detail">Loss, reward or accuracy in words.</param>
/// <param name="Remaining">Expected time left for this stage.</param>
public sealed record StageProgress(string Stage, int Step, int Total, string Detail, TimeSpan Remaining)
{
    /// <summary>True when the stage is done.</summary>
    public bool IsDone => Step >= Total;

    /// <summary>True when it was done by an earlier call and is only used here.</summary>
    public bool IsKept { get; init; }
}
