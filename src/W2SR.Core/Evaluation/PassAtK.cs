namespace W2SR.Core.Evaluation;

/// <summary>The probability that at least one of k samples is right, estimated without bias from n of them.</summary>
/// <remarks>Chen et al. (arXiv:2107.03374), section 2.1.</remarks>
public static class PassAtK
{
    /// <summary>1 - C(n - c, k) / C(n, k).</summary>
    /// <param name="samples">n.</param>
    /// <param name="correct">c, from 0 to n.</param>
    /// <param name="k">From 1 to n; beyond n it is undefined.</param>
    public static double Estimate(int samples, int correct, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(correct);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correct, samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, samples);
        if (samples - correct < k) return 1;
        var noneCorrect = 1.0;
        for (var i = 0; i < k; i++) noneCorrect *= (double)(samples - correct - i) / (samples - i);
        return 1 - noneCorrect;
    }

    /// <summary>Mean over problems, each with its own number of samples.</summary>
    /// <param name="problems">Samples and correct ones of each problem; at least k samples each.</param>
    /// <param name="k">From 1 to the fewest samples.</param>
    public static double Mean(IReadOnlyList<(int Samples, int Correct)> problems, int k)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentOutOfRangeException.ThrowIfZero(problems.Count);
        return problems.Sum(p => Estimate(p.Samples, p.Correct, k)) / problems.Count;
    }
}
