namespace W2SR.Core.Verification.Mathematics;

/// <summary>
/// Counts the steps of one verdict, so that absurd texts end soon and every machine ends at the same step. A step is about the work
/// of one operation on small numbers.
/// </summary>
internal sealed class WorkBudget
{
    public const int LongestAnswer = 4096;
    public const int MostTokens = 3000;
    public const int DeepestNesting = 60;

    /// <summary>Largest exact number: about 39,000 digits, enough for 2006! and 7^2010.</summary>
    public const long MostBits = 131_072;

    private const int Steps = 30_000;

    private int left = Steps;

    public bool IsSpent => left <= 0;

    /// <summary>Takes steps; false when none are left.</summary>
    public bool Spend(long steps)
    {
        left = (int)Math.Max(0, left - steps);
        return left > 0;
    }
}
