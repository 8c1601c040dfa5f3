namespace W2SR.Core.Training;

/// <summary>The two temperatures of <see cref="PolicyLossType.Sapo"/>.</summary>
public sealed record SapoOptions
{
    /// <summary>Where the advantage is positive. Default 1 (TRL).</summary>
    public double PositiveTemperature { get; init; } = 1;

    /// <summary>Elsewhere. Default 1.05 (TRL).</summary>
    public double NegativeTemperature { get; init; } = 1.05;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A temperature is not positive.</exception>
    public void Validate()
    {
        if (!(PositiveTemperature > 0)) throw new ArgumentOutOfRangeException(nameof(PositiveTemperature), PositiveTemperature, "It must be positive.");
        if (!(NegativeTemperature > 0)) throw new ArgumentOutOfRangeException(nameof(NegativeTemperature), NegativeTemperature, "It must be positive.");
    }
}
