using W2SR.Core.Common;

namespace W2SR.Core.Evaluation;

/// <summary>Percentile intervals by resampling problems: all series are drawn at the same problems, so what they share cancels.</summary>
/// <remarks>Efron and Tibshirani (1993), chapter 13; quantiles are linear at (R - 1) q, as numpy's.</remarks>
internal static class PairedBootstrap
{
    public const int DefaultResamples = 10_000;

    /// <summary>95% interval of a statistic of the series' means.</summary>
    /// <param name="series">Scores by problem, all of one length.</param>
    /// <param name="statistic">Of the resampled means, in the order of the series; NaN where it is undefined.</param>
    /// <param name="seed">The draw depends on it alone.</param>
    /// <param name="resamples">R.</param>
    /// <returns>The interval, and the share of resamples where the statistic was undefined (they are left out).</returns>
    public static (Interval Interval, double UndefinedShare) Compute(
        IReadOnlyList<IReadOnlyList<double>> series, Func<double[], double> statistic, ulong seed, int resamples = DefaultResamples)
    {
        var count = series[0].Count;
        var columns = series.Select(s => s.ToArray()).ToArray();
        var random = new RandomStream(seed, "bootstrap");
        var values = new List<double>(resamples);
        var means = new double[columns.Length];
        for (var r = 0; r < resamples; r++)
        {
            Array.Clear(means);
            for (var i = 0; i < count; i++)
            {
                var at = random.NextInt(count);
                for (var c = 0; c < means.Length; c++) means[c] += columns[c][at];
            }
            for (var c = 0; c < means.Length; c++) means[c] /= count;
            var value = statistic(means);
            if (double.IsFinite(value)) values.Add(value);
        }
        if (values.Count == 0) return (new Interval(double.NaN, double.NaN), 1);
        values.Sort();
        return (new Interval(Quantile(values, 0.025), Quantile(values, 0.975)), 1 - (double)values.Count / resamples);
    }

    private static double Quantile(List<double> sorted, double q)
    {
        var at = (sorted.Count - 1) * q;
        var low = (int)Math.Floor(at);
        var high = Math.Min(low + 1, sorted.Count - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }
}
