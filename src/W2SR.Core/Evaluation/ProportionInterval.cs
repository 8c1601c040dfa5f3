namespace W2SR.Core.Evaluation;

/// <summary>Intervals for a share of successes.</summary>
public static class ProportionInterval
{
    internal const double Normal975 = 1.959963984540054; // the 97.5% point of the standard normal distribution

    /// <summary>Wilson's score interval at 95%, without continuity correction: sensible at 0, at 1 and for few trials.</summary>
    /// <param name="successes">From 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 1.</param>
    /// <remarks>Wilson (1927), JASA 22.</remarks>
    public static Interval Wilson(int successes, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        double z = Normal975, n = trials, p = successes / n, z2 = z * z;
        var centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        var half = z / (1 + z2 / n) * Math.Sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        return new Interval(successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half);
    }
}
