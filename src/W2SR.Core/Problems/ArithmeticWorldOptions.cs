namespace W2SR.Core.Problems;

/// <summary>Sizes of <see cref="ArithmeticWorld"/>. The defaults are those of docs/recipes/grpo-arithmetic.md.</summary>
public sealed record ArithmeticWorldOptions
{
    /// <summary>Largest number that is met; all lie between 0 and it. Default 20.</summary>
    public int Largest { get; init; } = 20;

    /// <summary>Largest number that is added or taken away. Default 9.</summary>
    public int LargestOperand { get; init; } = 9;

    /// <summary>Fewest operations of a problem. Default 2.</summary>
    public int MinSteps { get; init; } = 2;

    /// <summary>Most operations of a problem. Default 4.</summary>
    public int MaxSteps { get; init; } = 4;

    /// <summary>Share of questions that are held out for testing. Default 0.1.</summary>
    public double TestShare { get; init; } = 0.1;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(LargestOperand, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Largest, LargestOperand);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSteps, MinSteps);
        if (!(TestShare >= 0 && TestShare < 1)) throw new ArgumentOutOfRangeException(nameof(TestShare), TestShare, "It must lie in [0, 1).");
    }
}
