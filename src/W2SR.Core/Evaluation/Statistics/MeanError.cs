namespace W2SR.Core.Evaluation.Statistics;

/// <summary>How exact a mean is when its scores come in clusters: several samples of one problem, or problems of one text.</summary>
/// <param name="Mean">Mean over all scores.</param>
/// <param name="Count">Scores.</param>
/// <param name="Clusters">Clusters.</param>
/// <param name="Iid">As if all scores were independent: std (n-1) / sqrt(n). NaN for one score.</param>
/// <param name="Cr0">Clustered, without correction for few clusters.</param>
/// <param name="Cr1">Clustered, times sqrt(G / (G - 1)): the one to report. NaN for one cluster.</param>
/// <param name="Miller">Independent error with the clusters' cross products added.</param>
/// <param name="MeanOfClusterMeans">Each cluster weighs the same.</param>
/// <param name="ErrorOfClusterMeans">Standard error of that mean. NaN for one cluster.</param>
/// <remarks>Miller (arXiv:2411.00640), section 3; Cameron and Miller (2015), section 2.</remarks>
public sealed record MeanError(
    double Mean, int Count, int Clusters, double Iid, double Cr0, double Cr1, double Miller, double MeanOfClusterMeans, double ErrorOfClusterMeans)
{
    /// <summary>(clustered / independent error) squared: by how much clustering inflates the variance. NaN when nothing varies.</summary>
    public double DesignEffect => Cr1 / Iid * (Cr1 / Iid);

    /// <summary>Errors of a mean.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="clusters">Cluster of each score, any labels.</param>
    public static MeanError Compute<T>(IReadOnlyList<double> scores, IReadOnlyList<T> clusters) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(clusters);
        ArgumentOutOfRangeException.ThrowIfZero(scores.Count);
        if (scores.Count != clusters.Count)
            throw new ArgumentException($"Every score needs its cluster: {scores.Count} scores, {clusters.Count} labels.", nameof(clusters));
        double n = scores.Count, mean = scores.Sum() / n;
        var order = new Dictionary<T, int>();
        var sums = new List<(double Sum, double Squares, double Total, int Count)>();
        for (var i = 0; i < scores.Count; i++)
        {
            if (!order.TryGetValue(clusters[i], out var at))
            {
                order.Add(clusters[i], at = sums.Count);
                sums.Add(default);
            }
            var (e, s) = (scores[i] - mean, sums[at]);
            sums[at] = (s.Sum + e, s.Squares + e * e, s.Total + scores[i], s.Count + 1);
        }
        double groups = sums.Count, squares = sums.Sum(s => s.Squares), between = sums.Sum(s => s.Sum * s.Sum);
        var iid = Math.Sqrt(squares / (n - 1) / n);
        var cr0 = Math.Sqrt(between) / n;
        var means = sums.Select(s => s.Total / s.Count).ToArray();
        var middle = means.Sum() / groups;
        return new MeanError(mean, scores.Count, sums.Count, iid, cr0, groups < 2 ? double.NaN : cr0 * Math.Sqrt(groups / (groups - 1)),
            Math.Sqrt(Math.Max(0, iid * iid + (between - squares) / (n * n))), middle,
            Math.Sqrt(means.Sum(m => (m - middle) * (m - middle)) / (groups - 1) / groups));
    }

    /// <summary>Interval of the mean from the clustered error, by Student's t with G - 1 degrees; everything is possible for one cluster.</summary>
    /// <param name="level">Coverage meant.</param>
    public Interval StudentInterval(double level = 0.95)
    {
        NormalDistribution.RequireLevel(level);
        return Clusters < 2 ? new Interval(double.NegativeInfinity, double.PositiveInfinity) : Around(StudentDistribution.Quantile(0.5 + level / 2, Clusters - 1));
    }

    /// <summary>Interval of the mean from the clustered error, by the normal distribution.</summary>
    /// <inheritdoc cref="StudentInterval"/>
    public Interval NormalInterval(double level = 0.95)
    {
        NormalDistribution.RequireLevel(level);
        return Clusters < 2 ? new Interval(double.NegativeInfinity, double.PositiveInfinity) : Around(NormalDistribution.TwoSidedPoint(level));
    }

    private Interval Around(double quantile) => new(Mean - quantile * Cr1, Mean + quantile * Cr1);
}
