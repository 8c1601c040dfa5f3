namespace W2SR.Core.Problems;

/// <summary>Sizes of <see cref="DigitArithmetic"/>.</summary>
public sealed record DigitArithmeticOptions
{
    /// <summary>Smallest number of a question. Default 10.</summary>
    public int Smallest { get; init; } = 10;

    /// <summary>Largest number of a question. Default 99.</summary>
    public int Largest { get; init; } = 99;

    /// <summary>Operations, each as likely as the others. Default: addition and subtraction.</summary>
    public IReadOnlyList<ArithmeticOperation> Operations { get; init; } = [ArithmeticOperation.Add, ArithmeticOperation.Subtract];

    /// <summary>Share of questions that are held out for testing. Default 0.1.</summary>
    public double TestShare { get; init; } = 0.1;

    /// <summary>Questions that there are, of both splits.</summary>
    public long QuestionCount
    {
        get
        {
            var numbers = (long)Largest - Smallest + 1;
            return Operations.Sum(o => o == ArithmeticOperation.Subtract ? numbers * (numbers + 1) / 2 : numbers * numbers);
        }
    }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Smallest);
        ArgumentOutOfRangeException.ThrowIfLessThan(Largest, Smallest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Largest, 999_999);
        ArgumentNullException.ThrowIfNull(Operations);
        if (Operations.Count == 0) throw new ArgumentException("There is no operation, so there is no question.", nameof(Operations));
        if (Operations.Distinct().Count() != Operations.Count || !Operations.All(Enum.IsDefined)) throw new ArgumentException($"Operations names one twice, or one that there is not: {string.Join(", ", Operations)}.", nameof(Operations));
        if (!(TestShare >= 0 && TestShare < 1)) throw new ArgumentOutOfRangeException(nameof(TestShare), TestShare, "It must lie in [0, 1).");
    }
}
