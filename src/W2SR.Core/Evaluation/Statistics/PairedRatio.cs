namespace W2SR.Core.Evaluation.Statistics;

/// <summary>A ratio of two mean differences over the same problems, as RGR is: (left - base) / (ceiling - base).</summary>
/// <param name="Problems">Problems.</param>
/// <param name="Numerator">Mean of left - base.</param>
/// <param name="Denominator">Mean of ceiling - base.</param>
/// <param name="NumeratorVariance">Of the numerator's mean.</param>
/// <param name="DenominatorVariance">Of the denominator's mean.</param>
/// <param name="Covariance">Of the two means.</param>
/// <remarks>Fieller (1954), JRSS B 16.</remarks>
public sealed record PairedRatio(
    int Problems, double Numerator, double Denominator, double NumeratorVariance, double DenominatorVariance, double Covariance)
{
    /// <summary>Numerator over denominator; null when the denominator is 0.</summary>
    public double? Point => Denominator == 0 ? null : Numerator / Denominator;

    /// <summary>Computes means, variances (n - 1) and covariance; one problem has no variance (NaN).</summary>
    /// <param name="before">Scores by problem of the base.</param>
    /// <param name="reached">Of the model in question.</param>
    /// <param name="ceiling">Of the ceiling.</param>
    public static PairedRatio Compute(IReadOnlyList<double> before, IReadOnlyList<double> reached, IReadOnlyList<double> ceiling)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(reached);
        ArgumentNullException.ThrowIfNull(ceiling);
        var n = before.Count;
        if (n == 0 || reached.Count != n || ceiling.Count != n)
            throw new ArgumentException($"A paired ratio pairs scores problem by problem: got {before.Count}, {reached.Count} and {ceiling.Count} of them.");
        double top = 0, bottom = 0;
        for (var i = 0; i < n; i++)
        {
            top += reached[i] - before[i];
            bottom += ceiling[i] - before[i];
        }
        top /= n;
        bottom /= n;
        double tt = 0, bb = 0, tb = 0;
        for (var i = 0; i < n; i++)
        {
            double t = reached[i] - before[i] - top, b = ceiling[i] - before[i] - bottom;
            tt += t * t;
            bb += b * b;
            tb += t * b;
        }
        var divisor = n * (n - 1.0);
        return new PairedRatio(n, top, bottom, tt / divisor, bb / divisor, tb / divisor);
    }

    /// <summary>Fieller's set: all ratios r for which numerator - r denominator is not shown to differ from 0.</summary>
    /// <param name="level">Coverage meant.</param>
    /// <param name="student">Student's t with n - 1 degrees rather than the normal distribution.</param>
    public FiellerSet Fieller(double level = 0.95, bool student = false)
    {
        var q = Quantile(level, student);
        var q2 = q * q;
        double a = Denominator * Denominator - q2 * DenominatorVariance,
            b = -2 * (Numerator * Denominator - q2 * Covariance),
            c = Numerator * Numerator - q2 * NumeratorVariance,
            discriminant = b * b - 4 * a * c;
        if (!(discriminant >= 0) || a == 0) return new FiellerSet(FiellerKind.Everything, null, null);
        // The larger root first, the other from the product: no cancelled digits.
        var root = -0.5 * (b + Math.CopySign(Math.Sqrt(discriminant), b));
        double one = root / a, two = root == 0 ? 0 : c / root;
        return new FiellerSet(a > 0 ? FiellerKind.Bounded : FiellerKind.Outside, Math.Min(one, two), Math.Max(one, two));
    }

    /// <summary>Interval of the denominator: where it contains 0, the ratio cannot be bounded.</summary>
    /// <inheritdoc cref="Fieller"/>
    public Interval DenominatorInterval(double level = 0.95, bool student = false)
    {
        var half = Quantile(level, student) * Math.Sqrt(DenominatorVariance);
        return new Interval(Denominator - half, Denominator + half);
    }

    /// <summary>Standard error of the ratio by the delta method; null when the denominator is 0.</summary>
    public double? DeltaError => Point is { } r
        ? Math.Sqrt(Math.Max(0, NumeratorVariance - 2 * r * Covariance + r * r * DenominatorVariance)) / Math.Abs(Denominator)
        : null;

    /// <summary>Interval by the delta method, for comparison: too short where the denominator is small. Null when the denominator is 0.</summary>
    /// <inheritdoc cref="Fieller"/>
    public Interval? Delta(double level = 0.95, bool student = false) =>
        Point is { } r && DeltaError is { } error ? new Interval(r - Quantile(level, student) * error, r + Quantile(level, student) * error) : null;

    private double Quantile(double level, bool student)
    {
        NormalDistribution.RequireLevel(level);
        return student && Problems > 1 ? StudentDistribution.Quantile(0.5 + level / 2, Problems - 1) : NormalDistribution.TwoSidedPoint(level);
    }
}
