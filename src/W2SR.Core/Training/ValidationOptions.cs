namespace W2SR.Core.Training;

/// <summary>What is measured on data that is not trained on.</summary>
public sealed record ValidationOptions
{
    /// <summary>Share of the problems whose traces are held out; which ones depends on the problem's id alone. Default 0: only what the trainer is given as validation.</summary>
    public double HeldOutShare { get; init; }

    /// <summary>Optimizer steps between measurements; there is always one after the last. Default 0: after each pass over the data.</summary>
    public int EverySteps { get; init; }

    /// <summary>Measurements without a lower loss after which training stops, with the weights of the best. Null, the default, never stops early.</summary>
    public int? Patience { get; init; }

    /// <summary>Held-out problems answered before and after training, to see whether the model still ends by itself. Default 0: none.</summary>
    public int StopCheckProblems { get; init; }

    /// <summary>Tokens that each of those answers may have. Default 1024.</summary>
    public int StopCheckTokens { get; init; } = 1024;

    /// <summary>Temperature of those answers; 0 is greedy, where small models circle that end by themselves as soon as anything is drawn. Default 0.6, as answers are drawn elsewhere (<see cref="Common.SamplingOptions.Temperature"/>).</summary>
    public double StopCheckTemperature { get; init; } = 0.6;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        if (!(HeldOutShare >= 0 && HeldOutShare < 1)) throw new ArgumentOutOfRangeException(nameof(HeldOutShare), HeldOutShare, "It must lie in [0, 1).");
        ArgumentOutOfRangeException.ThrowIfNegative(EverySteps);
        if (Patience is { } patience) ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1, nameof(Patience));
        ArgumentOutOfRangeException.ThrowIfNegative(StopCheckProblems);
        ArgumentOutOfRangeException.ThrowIfLessThan(StopCheckTokens, 1);
        if (!(StopCheckTemperature >= 0 && StopCheckTemperature < double.PositiveInfinity)) throw new ArgumentOutOfRangeException(nameof(StopCheckTemperature), StopCheckTemperature, "It must be 0 or more.");
    }
}
