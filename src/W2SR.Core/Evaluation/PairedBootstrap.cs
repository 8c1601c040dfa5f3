using W2SR.Core.Common;
using W2SR.Core.Evaluation.Statistics;

namespace W2SR.Core.Evaluation;

/// <summary>Resamples problems: all series are drawn at the same problems, so what they share cancels. Several samples of a problem go together.</summary>
/// <remarks>Efron and Tibshirani (1993), chapter 13.</remarks>
internal static class PairedBootstrap
{
    public const int DefaultResamples = 10_000;

    /// <summary>95% percentile interval of a statistic of the series' means.</summary>
    /// <param name="series">Scores by problem, all of one length.</param>
    /// <param name="statistic">Of the resampled means, in the order of the series; NaN where it is undefined.</param>
    /// <param name="seed">The draw depends on it alone.</param>
    /// <param name="resamples">R.</param>
    /// <returns>The interval (NaN to NaN when it is undefined everywhere), and the share of resamples where the statistic was undefined (they are left out).</returns>
    public static (Interval Interval, double UndefinedShare) Compute(
        IReadOnlyList<IReadOnlyList<double>> series, Func<double[], double> statistic, ulong seed, int resamples = DefaultResamples)
    {
        var distribution = Resample(series, statistic, seed, resamples);
        return (distribution.Percentile() ?? new Interval(double.NaN, double.NaN), distribution.UndefinedShare);
    }

    /// <summary>The statistic over R resamples drawn by the seed.</summary>
    /// <inheritdoc cref="Compute"/>
    public static BootstrapDistribution Resample(
        IReadOnlyList<IReadOnlyList<double>> series, Func<double[], double> statistic, ulong seed, int resamples = DefaultResamples)
    {
        var random = new RandomStream(seed, "bootstrap");
        var count = series[0].Count;
        return Resample(series, statistic, resamples, (_, _) => random.NextInt(count), count);
    }

    /// <summary>The statistic over given resamples: row r of the index names the problems drawn.</summary>
    public static BootstrapDistribution Resample(
        IReadOnlyList<IReadOnlyList<double>> series, Func<double[], double> statistic, IReadOnlyList<IReadOnlyList<int>> index) =>
        Resample(series, statistic, index.Count, (r, i) => index[r][i], index[0].Count);

    /// <summary>The statistic with each problem left out in turn.</summary>
    public static double[] Jackknife(IReadOnlyList<IReadOnlyList<double>> series, Func<double[], double> statistic)
    {
        var sums = series.Select(s => s.Sum()).ToArray();
        var means = new double[sums.Length];
        var count = series[0].Count;
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            for (var c = 0; c < means.Length; c++) means[c] = (sums[c] - series[c][i]) / (count - 1);
            values[i] = statistic(means);
        }
        return values;
    }

    private static BootstrapDistribution Resample(
        IReadOnlyList<IReadOnlyList<double>> series, Func<double[], double> statistic, int resamples, Func<int, int, int> draw, int drawn)
    {
        var columns = series.Select(s => s.ToArray()).ToArray();
        var values = new double[resamples];
        var means = new double[columns.Length];
        for (var r = 0; r < resamples; r++)
        {
            Array.Clear(means);
            for (var i = 0; i < drawn; i++)
            {
                var at = draw(r, i);
                for (var c = 0; c < means.Length; c++) means[c] += columns[c][at];
            }
            for (var c = 0; c < means.Length; c++) means[c] /= drawn;
            values[r] = statistic(means);
        }
        return new BootstrapDistribution(statistic([.. columns.Select(c => c.Sum() / c.Length)]), values);
    }
}
