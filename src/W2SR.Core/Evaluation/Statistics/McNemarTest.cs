namespace W2SR.Core.Evaluation.Statistics;

/// <summary>McNemar's test of two models on the same problems: only problems that one of them alone solves say anything.</summary>
/// <param name="OnlyLeft">Problems that only the first solves (b).</param>
/// <param name="OnlyRight">Problems that only the second solves (c).</param>
/// <param name="Exact">Two-sided binomial p: never too small.</param>
/// <param name="MidP">The same with half of the observed outcome's weight: close to its level, the better choice for few discordant problems.</param>
/// <param name="ChiSquared">p of the chi-squared approximation; NaN without discordant problems.</param>
/// <param name="ChiSquaredCorrected">The same with continuity correction.</param>
/// <remarks>McNemar (1947); mid-p: Fagerland, Lydersen and Laake (2013), BMC Medical Research Methodology 13:91.</remarks>
public sealed record McNemarTest(int OnlyLeft, int OnlyRight, double Exact, double MidP, double ChiSquared, double ChiSquaredCorrected)
{
    /// <summary>Tests by the numbers of discordant problems.</summary>
    /// <param name="onlyLeft">b, not negative.</param>
    /// <param name="onlyRight">c, not negative.</param>
    public static McNemarTest Compute(int onlyLeft, int onlyRight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyLeft);
        ArgumentOutOfRangeException.ThrowIfNegative(onlyRight);
        int n = onlyLeft + onlyRight, fewer = Math.Min(onlyLeft, onlyRight);
        if (n == 0) return new McNemarTest(0, 0, 1, 1, double.NaN, double.NaN);
        var exact = Math.Min(1, 2 * BetaFunction.BinomialCdf(fewer, n, 0.5));
        double gap = Math.Abs(onlyLeft - onlyRight), corrected = gap - 1;
        return new McNemarTest(onlyLeft, onlyRight, exact, exact - BetaFunction.Binomial(fewer, n, 0.5),
            GammaFunction.ChiSquaredTail(gap * gap / n, 1), GammaFunction.ChiSquaredTail(corrected * corrected / n, 1));
    }

    /// <summary>Tests two models' results on the same problems.</summary>
    /// <param name="left">True where the first solved the problem.</param>
    /// <param name="right">The same of the second, same order.</param>
    public static McNemarTest Compute(IReadOnlyList<bool> left, IReadOnlyList<bool> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Count != right.Count) throw new ArgumentException($"The test pairs problem by problem: {left.Count} and {right.Count} of them.", nameof(right));
        int b = 0, c = 0;
        for (var i = 0; i < left.Count; i++)
        {
            if (left[i] && !right[i]) b++;
            else if (right[i] && !left[i]) c++;
        }
        return Compute(b, c);
    }
}
