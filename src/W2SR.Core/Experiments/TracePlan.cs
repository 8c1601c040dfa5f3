namespace W2SR.Core.Experiments;

/// <summary>How teachers write.</summary>
public sealed record TracePlan
{
    /// <summary>Temperature. Default 0.7.</summary>
    public double Temperature { get; init; } = 0.7;

    /// <summary>How many times more traces than needed are written where only right or only wrong ones are kept. Default 4.</summary>
    public int SelectedFrom { get; init; } = 4;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        new Common.SamplingOptions { Temperature = Temperature }.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(SelectedFrom, 1);
    }
}
