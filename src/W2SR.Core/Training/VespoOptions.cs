namespace W2SR.Core.Training;

/// <summary>The weight exp(lambda + k s - lambda e^s) of <see cref="PolicyLossType.Vespo"/>, s the logarithm of the sequence's ratio. Defaults are TRL's.</summary>
public sealed record VespoOptions
{
    /// <summary>k where the advantage is not negative.</summary>
    public double PositiveK { get; init; } = 2;

    /// <summary>lambda where the advantage is not negative.</summary>
    public double PositiveLambda { get; init; } = 3;

    /// <summary>k where the advantage is negative.</summary>
    public double NegativeK { get; init; } = 3;

    /// <summary>lambda where the advantage is negative.</summary>
    public double NegativeLambda { get; init; } = 2;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is not positive, so that the weight would not fall for large ratios.</exception>
    public void Validate()
    {
        foreach (var (name, value) in new[]
        {
            (nameof(PositiveK), PositiveK), (nameof(PositiveLambda), PositiveLambda), (nameof(NegativeK), NegativeK), (nameof(NegativeLambda), NegativeLambda),
        })
            if (!(value > 0)) throw new ArgumentOutOfRangeException(name, value, "It must be positive.");
    }
}
