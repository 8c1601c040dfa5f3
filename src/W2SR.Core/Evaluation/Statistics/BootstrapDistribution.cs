namespace W2SR.Core.Evaluation.Statistics;

/// <summary>The values that a statistic took over resamples, and the intervals read from them.</summary>
/// <remarks>Efron and Tibshirani (1993), chapters 13 and 14; quantiles are linear at (R - 1) q, as numpy's.</remarks>
public sealed class BootstrapDistribution
{
    private readonly double[] sorted;

    /// <summary>Sorts the values; those that are not finite (undefined there) are left out.</summary>
    /// <param name="estimate">The statistic of the data themselves.</param>
    /// <param name="values">Its value in each resample.</param>
    public BootstrapDistribution(double estimate, IEnumerable<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Estimate = estimate;
        var all = values.ToArray();
        sorted = [.. all.Where(double.IsFinite).Order()];
        UndefinedShare = all.Length == 0 ? 1 : 1 - (double)sorted.Length / all.Length;
    }

    /// <summary>The statistic of the data themselves.</summary>
    public double Estimate { get; }

    /// <summary>Share of resamples in which the statistic was undefined.</summary>
    public double UndefinedShare { get; }

    /// <summary>From the lower to the upper quantile; null when the statistic was defined nowhere.</summary>
    /// <param name="level">Coverage meant.</param>
    public Interval? Percentile(double level = 0.95)
    {
        NormalDistribution.RequireLevel(level);
        // (1 - 0.95) / 2 is not 0.025 in binary; the quantiles are to be those of the usual levels.
        var (low, high) = level == 0.95 ? (0.025, 0.975) : ((1 - level) / 2, 1 - (1 - level) / 2);
        return sorted.Length == 0 ? null : new Interval(Quantile(low), Quantile(high));
    }

    /// <summary>Percentile interval mirrored at the estimate.</summary>
    /// <inheritdoc cref="Percentile"/>
    public Interval? Basic(double level = 0.95) =>
        Percentile(level) is { } p ? new Interval(2 * Estimate - p.High, 2 * Estimate - p.Low) : null;

    /// <summary>Bias-corrected and accelerated interval.</summary>
    /// <param name="jackknife">The statistic with each problem left out in turn.</param>
    /// <param name="level">Coverage meant.</param>
    /// <returns>Null where it is undefined: nothing varies, or the estimate lies outside all resamples.</returns>
    public Interval? Bca(IReadOnlyList<double> jackknife, double level = 0.95) =>
        BcaLevels(jackknife, level) is { } at ? new Interval(Quantile(at.Low), Quantile(at.High)) : null;

    /// <summary>Normal quantile of the share of resamples below the estimate, ties counted half.</summary>
    internal double BiasCorrection()
    {
        int below = sorted.Count(v => v < Estimate), upTo = sorted.Count(v => v <= Estimate);
        return NormalDistribution.Quantile((below + upTo) / (2.0 * sorted.Length));
    }

    /// <summary>sum u^3 / (6 (sum u^2)^1.5) with u = (n - 1)(mean of the jackknife - jackknife); NaN when nothing varies.</summary>
    internal static double Acceleration(IReadOnlyList<double> jackknife)
    {
        var mean = jackknife.Average();
        double squares = 0, cubes = 0;
        foreach (var value in jackknife)
        {
            var u = (jackknife.Count - 1) * (mean - value);
            squares += u * u;
            cubes += u * u * u;
        }
        return cubes / (6 * Math.Pow(squares, 1.5));
    }

    /// <summary>The quantiles that the corrected interval reads, or null.</summary>
    internal Interval? BcaLevels(IReadOnlyList<double> jackknife, double level)
    {
        ArgumentNullException.ThrowIfNull(jackknife);
        NormalDistribution.RequireLevel(level);
        if (sorted.Length == 0) return null;
        double z0 = BiasCorrection(), a = Acceleration(jackknife), z = NormalDistribution.TwoSidedPoint(level);
        double low = Shift(-z), high = Shift(z);
        return double.IsFinite(low) && double.IsFinite(high) ? new Interval(low, high) : null;

        double Shift(double point) => NormalDistribution.Cdf(z0 + (z0 + point) / (1 - a * (z0 + point)));
    }

    private double Quantile(double q)
    {
        var at = (sorted.Length - 1) * q;
        var low = (int)Math.Floor(at);
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }
}
