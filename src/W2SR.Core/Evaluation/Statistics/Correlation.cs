namespace W2SR.Core.Evaluation.Statistics;

/// <summary>Correlations of two series with their two-sided p values; null where a series does not vary.</summary>
public static class Correlation
{
    /// <summary>Pearson's r; p from Student's t with n - 2 degrees. At least 3 pairs.</summary>
    public static (double R, double P)? Pearson(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Check(x, y);
        double mx = x.Average(), my = y.Average(), xx = 0, yy = 0, xy = 0;
        for (var i = 0; i < x.Count; i++)
        {
            xx += (x[i] - mx) * (x[i] - mx);
            yy += (y[i] - my) * (y[i] - my);
            xy += (x[i] - mx) * (y[i] - my);
        }
        if (xx == 0 || yy == 0) return null;
        var r = Math.Clamp(xy / Math.Sqrt(xx) / Math.Sqrt(yy), -1, 1);
        return (r, StudentDistribution.TwoSided(r * Math.Sqrt((x.Count - 2) / ((1 - r) * (1 + r))), x.Count - 2));
    }

    /// <summary>Spearman's rho: Pearson's r of the ranks, ties at their middle.</summary>
    public static (double R, double P)? Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Check(x, y);
        return Pearson(Ranks(x), Ranks(y));
    }

    /// <summary>Kendall's tau-b and tau-c; p exact without ties for up to 33 pairs, otherwise by the normal approximation with ties.</summary>
    public static KendallTau? Kendall(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Check(x, y);
        var n = x.Count;
        long concordant = 0, discordant = 0;
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
            {
                var sign = Math.Sign(x[i].CompareTo(x[j])) * Math.Sign(y[i].CompareTo(y[j]));
                if (sign > 0) concordant++;
                else if (sign < 0) discordant++;
            }
        var (xTies, x0, x1, xDistinct) = Ties(x);
        var (yTies, y0, y1, yDistinct) = Ties(y);
        double pairs = n * (n - 1) / 2.0, gap = concordant - discordant, m = n * (n - 1.0);
        if (xTies == pairs || yTies == pairs) return null;
        var variance = (m * (2 * n + 5) - x1 - y1) / 18 + 2 * xTies * yTies / m + x0 * y0 / (9 * m * (n - 2));
        var approximate = NormalDistribution.TwoSided(Math.Abs(gap) / Math.Sqrt(variance));
        var isExact = xTies == 0 && yTies == 0 && n <= 33;
        var kinds = Math.Min(xDistinct, yDistinct);
        return new KendallTau(gap / Math.Sqrt(pairs - xTies) / Math.Sqrt(pairs - yTies), 2 * gap * kinds / ((double)n * n * (kinds - 1)),
            isExact ? ExactKendall(n, Math.Min(concordant, discordant)) : approximate, approximate);
    }

    /// <summary>Twice the share of permutations with at most that many inversions.</summary>
    private static double ExactKendall(int n, long inversions)
    {
        if (4 * inversions == (long)n * (n - 1)) return 1;
        var share = new double[inversions + 1]; // of permutations of i items, by inversions
        share[0] = 1;
        for (var i = 2; i <= n; i++)
        {
            var next = new double[share.Length];
            for (var k = 0; k < share.Length; k++)
                for (var j = 0; j < Math.Min(i, k + 1); j++) next[k] += share[k - j] / i;
            share = next;
        }
        return Math.Min(1, 2 * share.Sum());
    }

    private static (double Pairs, double X0, double X1, int Distinct) Ties(IReadOnlyList<double> values)
    {
        double pairs = 0, x0 = 0, x1 = 0;
        var distinct = 0;
        foreach (var group in values.GroupBy(v => v))
        {
            double c = group.Count();
            pairs += c * (c - 1) / 2;
            x0 += c * (c - 1) * (c - 2);
            x1 += c * (c - 1) * (2 * c + 5);
            distinct++;
        }
        return (pairs, x0, x1, distinct);
    }

    private static double[] Ranks(IReadOnlyList<double> values)
    {
        var ranks = new double[values.Count];
        var below = 0;
        foreach (var group in Enumerable.Range(0, values.Count).GroupBy(i => values[i]).OrderBy(g => g.Key))
        {
            var size = group.Count();
            foreach (var i in group) ranks[i] = below + (size + 1) / 2.0;
            below += size;
        }
        return ranks;
    }

    private static void Check(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count) throw new ArgumentException($"A correlation pairs values: got {x.Count} and {y.Count}.", nameof(y));
        ArgumentOutOfRangeException.ThrowIfLessThan(x.Count, 3, nameof(x));
    }
}
