namespace W2SR.Core.Problems;

/// <summary>The size of a <see cref="RouteWorld"/>.</summary>
public sealed record RouteWorldOptions
{
    /// <summary>Places on the map. Default 48.</summary>
    public int Places { get; init; } = 48;

    /// <summary>Kinds of moves; each is a fixed random permutation of the places. Default 14.</summary>
    public int Moves { get; init; } = 14;

    /// <summary>Moves of the longest route. Default 6.</summary>
    public int MaxSteps { get; init; } = 6;

    /// <summary>Seed of the map itself: which place each move leads to.</summary>
    public ulong WorldSeed { get; init; } = 1;

    /// <summary>Share of all questions that belong to the test split. Default 0.2.</summary>
    public double TestShare { get; init; } = 0.2;

    /// <summary>Share of all questions that belong to the validation split. Default 0.1.</summary>
    public double ValidationShare { get; init; } = 0.1;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Places, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(Moves, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSteps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxSteps, 26); // steps are labelled a to z
        if (!(TestShare >= 0 && ValidationShare >= 0 && TestShare + ValidationShare < 1))
            throw new ArgumentOutOfRangeException(nameof(TestShare), $"TestShare {TestShare} and ValidationShare {ValidationShare} must leave room for training.");
    }
}
