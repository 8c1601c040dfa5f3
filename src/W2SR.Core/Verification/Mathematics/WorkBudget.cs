namespace W2SR.Core.Verification.Mathematics;

/// <summary>
/// Counts the steps of one verdict, so that absurd texts end soon and every machine ends at the same step. A step is about the work
/// of one operation on small numbers, a tenth of a microsecond.
/// </summary>
internal sealed class WorkBudget
{
    public const int LongestAnswer = 4096;
    public const int MostTokens = 3000;
    public const int DeepestNesting = 60;

    /// <summary>Largest exact number: about 39,000 digits, enough for 2006! and 7^2010.</summary>
    public const long MostBits = 131_072;

    /// <summary>Steps of one verdict, some milliseconds.</summary>
    public const int Steps = 30_000;

    private readonly int all;
    private int left;

    public WorkBudget(int steps = Steps) => all = left = steps;

    public bool IsSpent => left <= 0;

    public int Spent => all - left;

    /// <summary>Takes the steps of one operation on two exact numbers: products grow with the square of the size, and fractions are brought to lowest terms.</summary>
    public bool Spend(BigRational a, BigRational b)
    {
        var bits = a.Bits + b.Bits;
        return Spend(bits / 512 + (a.IsInteger && b.IsInteger ? a.Bits * b.Bits / 400_000 : bits * bits / 80_000));
    }

    /// <summary>Takes steps; false when none are left.</summary>
    public bool Spend(long steps)
    {
        left = (int)Math.Max(0, left - steps);
        return left > 0;
    }
}
