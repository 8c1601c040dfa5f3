using W2SR.Core.Evaluation.Statistics;

namespace W2SR.Core.Evaluation;

/// <summary>Two-sided intervals for a share of successes. <see cref="Wilson"/> is the one that reports use.</summary>
public static class ProportionInterval
{
    internal const double Normal975 = 1.959963984540054; // the 97.5% point of the standard normal distribution

    /// <summary>Wilson's score interval, without continuity correction: sensible at 0, at 1 and for few trials.</summary>
    /// <param name="successes">From 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 1.</param>
    /// <param name="level">Coverage meant, such as 0.95.</param>
    /// <remarks>Wilson (1927), JASA 22.</remarks>
    public static Interval Wilson(int successes, int trials, double level = 0.95)
    {
        return Score(successes, trials, Check(successes, trials, level));
    }

    /// <summary>Wilson's interval for a mean of shares, taken as that many whole successes: for series that do not vary.</summary>
    internal static Interval WilsonOf(double successes, double trials) => Score(Math.Clamp(successes, 0, trials), trials, Normal975);

    private static Interval Score(double successes, double n, double z)
    {
        double p = successes / n, z2 = z * z;
        var centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        var half = z / (1 + z2 / n) * Math.Sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        return new Interval(successes == 0 ? 0 : centre - half, successes == n ? 1 : centre + half);
    }

    /// <summary>Clopper and Pearson's exact interval: never covers less than its level, usually more.</summary>
    /// <inheritdoc cref="Wilson"/>
    public static Interval ClopperPearson(int successes, int trials, double level = 0.95)
    {
        Check(successes, trials, level);
        var outside = (1 - level) / 2;
        return new Interval(
            successes == 0 ? 0 : BetaFunction.Inverse(successes, trials - successes + 1, outside),
            successes == trials ? 1 : BetaFunction.Inverse(successes + 1, trials - successes, 1 - outside));
    }

    /// <summary>Wald's textbook interval, clipped to [0, 1]: too short near the ends; for comparison with older reports.</summary>
    /// <inheritdoc cref="Wilson"/>
    public static Interval Wald(int successes, int trials, double level = 0.95)
    {
        double z = Check(successes, trials, level), p = (double)successes / trials, half = z * Math.Sqrt(p * (1 - p) / trials);
        return new Interval(Math.Max(0, p - half), Math.Min(1, p + half));
    }

    /// <summary>Jeffreys' interval: equal tails of the Beta(successes + 1/2, failures + 1/2) posterior.</summary>
    /// <inheritdoc cref="Wilson"/>
    public static Interval Jeffreys(int successes, int trials, double level = 0.95)
    {
        Check(successes, trials, level);
        double a = successes + 0.5, b = trials - successes + 0.5, outside = (1 - level) / 2;
        return new Interval(BetaFunction.Inverse(a, b, outside), BetaFunction.Inverse(a, b, 1 - outside));
    }

    /// <summary>Agresti and Coull's interval: Wald's around Wilson's centre, clipped to [0, 1].</summary>
    /// <inheritdoc cref="Wilson"/>
    public static Interval AgrestiCoull(int successes, int trials, double level = 0.95)
    {
        double z = Check(successes, trials, level), n = trials + z * z, p = (successes + z * z / 2) / n, half = z * Math.Sqrt(p * (1 - p) / n);
        return new Interval(Math.Max(0, p - half), Math.Min(1, p + half));
    }

    private static double Check(int successes, int trials, double level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        NormalDistribution.RequireLevel(level);
        return NormalDistribution.TwoSidedPoint(level);
    }
}
