namespace W2SR.Core.Training;

/// <summary>How several rewards are combined, and how long one may take.</summary>
public sealed record GrpoRewardOptions
{
    /// <summary>Sum first, or normalise first. Default <see cref="RewardAggregation.SumThenNormalize"/> (TRL).</summary>
    public RewardAggregation Aggregation { get; init; } = RewardAggregation.SumThenNormalize;

    /// <summary>Longest time that one's own reward may take for one response; then the response is left out. Default 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Responses that one's own reward scores at the same time. Default 16.</summary>
    public int Parallelism { get; init; } = 16;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        if (!(Timeout > TimeSpan.Zero)) throw new ArgumentOutOfRangeException(nameof(Timeout), Timeout, "It must be positive.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Parallelism, 1);
    }
}
