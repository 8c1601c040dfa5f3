namespace W2SR.Core.Evaluation.Statistics;

/// <summary>How far judges agree beyond chance; null where chance alone explains everything.</summary>
public static class Agreement
{
    /// <summary>Cohen's kappa of two judges, from the table of their labels.</summary>
    /// <param name="table">Square: row = first judge's label, column = second's.</param>
    /// <param name="weights">How much a disagreement weighs.</param>
    /// <remarks>Cohen (1960, 1968).</remarks>
    public static double? CohenKappa(IReadOnlyList<IReadOnlyList<int>> table, KappaWeights weights = KappaWeights.None)
    {
        var (shares, rows, columns) = Shares(table);
        double observed = 0, expected = 0;
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < rows.Length; j++)
            {
                double distance = Math.Abs(i - j), weight = weights switch { KappaWeights.None => i == j ? 0 : 1, KappaWeights.Linear => distance, _ => distance * distance };
                observed += weight * shares[i, j];
                expected += weight * rows[i] * columns[j];
            }
        return expected == 0 ? null : 1 - observed / expected;
    }

    /// <summary>Large-sample standard error of the plain kappa.</summary>
    /// <param name="table">As in <see cref="CohenKappa"/>.</param>
    /// <remarks>Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72.</remarks>
    public static double? CohenKappaError(IReadOnlyList<IReadOnlyList<int>> table)
    {
        if (CohenKappa(table) is not { } kappa) return null;
        var (shares, rows, columns) = Shares(table);
        double chance = rows.Select((r, i) => r * columns[i]).Sum(), agreed = 0, other = 0;
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < rows.Length; j++)
            {
                if (i == j) agreed += shares[i, i] * Square(1 - (rows[i] + columns[i]) * (1 - kappa));
                else other += shares[i, j] * Square(columns[i] + rows[j]);
            }
        var variance = (agreed + Square(1 - kappa) * other - Square(kappa - chance * (1 - kappa))) / Square(1 - chance) / table.Sum(r => r.Sum());
        return Math.Sqrt(Math.Max(0, variance));
    }

    /// <summary>Fleiss' kappa of several judges, each item judged equally often.</summary>
    /// <param name="counts">A row an item: how many judges gave each label.</param>
    /// <remarks>Fleiss (1971), Psychological Bulletin 76.</remarks>
    public static double? FleissKappa(IReadOnlyList<IReadOnlyList<int>> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentOutOfRangeException.ThrowIfZero(counts.Count);
        double judges = counts[0].Sum(), items = counts.Count;
        ArgumentOutOfRangeException.ThrowIfLessThan(judges, 2, nameof(counts));
        if (counts.Any(r => r.Sum() != judges)) throw new ArgumentException("Every item must have the same number of judgements.", nameof(counts));
        var agreed = counts.Sum(r => r.Sum(c => (double)c * (c - 1))) / (items * judges * (judges - 1));
        var chance = Enumerable.Range(0, counts[0].Count).Sum(l => Square(counts.Sum(r => (double)r[l]) / (items * judges)));
        return chance == 1 ? null : (agreed - chance) / (1 - chance);
    }

    /// <summary>Krippendorff's alpha of any number of judges, labels missing where null.</summary>
    /// <param name="ratings">A row a judge, a column an item; an item with fewer than two labels is left out.</param>
    /// <param name="metric">What two different labels cost.</param>
    /// <returns>Null when all labels are equal, or nothing is comparable.</returns>
    /// <remarks>Krippendorff (2011), "Computing Krippendorff's alpha-reliability".</remarks>
    public static double? KrippendorffAlpha(IReadOnlyList<IReadOnlyList<double?>> ratings, KrippendorffMetric metric)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        var items = Enumerable.Range(0, ratings.Count == 0 ? 0 : ratings[0].Count)
            .Select(i => ratings.Select(r => r[i]).Where(v => v.HasValue).Select(v => v!.Value).ToArray()).Where(u => u.Length > 1).ToArray();
        var values = items.SelectMany(u => u).Distinct().Order().ToArray();
        if (values.Length < 2) return null;
        var pairs = new double[values.Length, values.Length]; // coincidences
        foreach (var unit in items)
            for (var i = 0; i < unit.Length; i++)
                for (var j = 0; j < unit.Length; j++)
                    if (i != j) pairs[Array.BinarySearch(values, unit[i]), Array.BinarySearch(values, unit[j])] += 1.0 / (unit.Length - 1);
        var sizes = values.Select((_, c) => Enumerable.Range(0, values.Length).Sum(k => pairs[c, k])).ToArray();
        double total = sizes.Sum(), observed = 0, expected = 0;
        for (var c = 0; c < values.Length; c++)
            for (var k = 0; k < values.Length; k++)
            {
                var cost = Cost(c, k);
                observed += pairs[c, k] * cost;
                expected += sizes[c] * sizes[k] * cost;
            }
        return expected == 0 ? null : 1 - (total - 1) * observed / expected;

        double Cost(int c, int k) => metric switch
        {
            KrippendorffMetric.Nominal => c == k ? 0 : 1,
            KrippendorffMetric.Interval => Square(values[c] - values[k]),
            _ => c == k ? 0 : Square(sizes[Math.Min(c, k)..(Math.Max(c, k) + 1)].Sum() - (sizes[c] + sizes[k]) / 2),
        };
    }

    private static (double[,] Shares, double[] Rows, double[] Columns) Shares(IReadOnlyList<IReadOnlyList<int>> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Any(r => r.Count != table.Count)) throw new ArgumentException("The table of two judges' labels must be square.", nameof(table));
        double total = table.Sum(r => r.Sum());
        if (total == 0) throw new ArgumentException("The table holds no labels.", nameof(table));
        var shares = new double[table.Count, table.Count];
        double[] rows = new double[table.Count], columns = new double[table.Count];
        for (var i = 0; i < table.Count; i++)
            for (var j = 0; j < table.Count; j++)
            {
                shares[i, j] = table[i][j] / total;
                rows[i] += shares[i, j];
                columns[j] += shares[i, j];
            }
        return (shares, rows, columns);
    }

    private static double Square(double x) => x * x;
}
