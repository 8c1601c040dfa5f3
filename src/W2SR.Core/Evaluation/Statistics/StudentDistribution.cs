namespace W2SR.Core.Evaluation.Statistics;

/// <summary>Student's t distribution, central and noncentral.</summary>
internal static class StudentDistribution
{
    /// <summary>P(T &lt;= t).</summary>
    public static double Cdf(double t, double degrees)
    {
        if (t == 0) return 0.5;
        var tail = 0.5 * TwoSided(t, degrees);
        return t < 0 ? tail : 1 - tail;
    }

    /// <summary>P(|T| &gt; |t|).</summary>
    public static double TwoSided(double t, double degrees)
    {
        if (double.IsInfinity(t)) return 0;
        var square = t * t;
        return square < degrees
            ? 1 - BetaFunction.Regularized(0.5, degrees / 2, square / (degrees + square))
            : BetaFunction.Regularized(degrees / 2, 0.5, degrees / (degrees + square));
    }

    /// <summary>The point below which the share p lies.</summary>
    public static double Quantile(double p, double degrees)
    {
        if (!(p > 0 && p < 1)) throw new ArgumentOutOfRangeException(nameof(p), p, "A probability inside 0 and 1 is needed.");
        if (p == 0.5) return 0;
        var tail = Math.Min(p, 1 - p);
        double size;
        if (tail < 0.25)
        {
            var x = BetaFunction.Inverse(degrees / 2, 0.5, 2 * tail);
            size = Math.Sqrt(degrees * (1 - x) / x);
        }
        else
        {
            var y = BetaFunction.Inverse(0.5, degrees / 2, 1 - 2 * tail);
            size = Math.Sqrt(degrees * y / (1 - y));
        }
        return p < 0.5 ? -size : size;
    }

    /// <summary>P(T &lt;= t) when the mean is not 0, integrated over the scale: within about 1e-8.</summary>
    public static double NoncentralCdf(double t, double degrees, double noncentrality)
    {
        const int intervals = 512;
        var spread = 9 / Math.Sqrt(2 * degrees);
        double low = Math.Max(0, 1 - spread), high = 1 + spread + 2 / degrees, width = (high - low) / intervals;
        var logScale = Math.Log(2) + degrees / 2 * Math.Log(degrees / 2) - GammaFunction.Log(degrees / 2);
        var sum = 0.0;
        for (var i = 0; i <= intervals; i++)
        {
            var s = low + i * width;
            var density = s == 0 ? (degrees == 1 ? Math.Exp(logScale) : 0) : Math.Exp(logScale + (degrees - 1) * Math.Log(s) - degrees * s * s / 2);
            if (density < 1e-18) continue;
            var weight = i is 0 or intervals ? 1 : i % 2 == 1 ? 4 : 2; // Simpson
            sum += weight * density * NormalDistribution.Cdf(t * s - noncentrality);
        }
        return sum * width / 3;
    }
}
