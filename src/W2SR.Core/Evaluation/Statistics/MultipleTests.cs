namespace W2SR.Core.Evaluation.Statistics;

/// <summary>p values corrected for a family of comparisons: the more one looks, the more chance finds.</summary>
public static class MultipleTests
{
    /// <summary>Holm's step-down: bounds the chance of any false finding, under any dependence.</summary>
    /// <param name="p">The family's p values.</param>
    /// <returns>Adjusted values in the order given, at most 1.</returns>
    /// <remarks>Holm (1979), Scandinavian Journal of Statistics 6.</remarks>
    public static IReadOnlyList<double> Holm(IReadOnlyList<double> p)
    {
        var order = Order(p);
        var adjusted = new double[p.Count];
        var worst = 0.0;
        for (var rank = 0; rank < order.Length; rank++)
            adjusted[order[rank]] = worst = Math.Max(worst, Math.Min(1, (p.Count - rank) * p[order[rank]]));
        return adjusted;
    }

    /// <summary>Bonferroni: each value times the number of values.</summary>
    /// <inheritdoc cref="Holm"/>
    public static IReadOnlyList<double> Bonferroni(IReadOnlyList<double> p)
    {
        Order(p);
        return [.. p.Select(v => Math.Min(1, p.Count * v))];
    }

    /// <summary>Benjamini and Hochberg's step-up: bounds the expected share of false findings among the findings.</summary>
    /// <inheritdoc cref="Holm"/>
    public static IReadOnlyList<double> BenjaminiHochberg(IReadOnlyList<double> p)
    {
        var order = Order(p);
        var adjusted = new double[p.Count];
        var best = 1.0;
        for (var rank = order.Length - 1; rank >= 0; rank--)
            adjusted[order[rank]] = best = Math.Min(best, p[order[rank]] * p.Count / (rank + 1));
        return adjusted;
    }

    private static int[] Order(IReadOnlyList<double> p)
    {
        ArgumentNullException.ThrowIfNull(p);
        for (var i = 0; i < p.Count; i++)
            if (!(p[i] is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(p), p[i], $"p value {i} must lie between 0 and 1.");
        return [.. Enumerable.Range(0, p.Count).OrderBy(i => p[i])];
    }
}
