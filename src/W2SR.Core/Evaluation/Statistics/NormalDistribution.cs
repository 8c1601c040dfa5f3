namespace W2SR.Core.Evaluation.Statistics;

/// <summary>The standard normal distribution, tails included, to about 1e-14 relative.</summary>
internal static class NormalDistribution
{
    /// <summary>erf(x).</summary>
    public static double Erf(double x) => Math.CopySign(GammaFunction.Lower(0.5, x * x), x);

    /// <summary>P(Z &lt;= x).</summary>
    public static double Cdf(double x) => x < 0 ? 0.5 * GammaFunction.Upper(0.5, x * x / 2) : 1 - 0.5 * GammaFunction.Upper(0.5, x * x / 2);

    /// <summary>P(|Z| &gt; x) for x &gt;= 0.</summary>
    public static double TwoSided(double x) => GammaFunction.Upper(0.5, x * x / 2);

    /// <summary>The point below which the share p lies; infinite at 0 and 1.</summary>
    public static double Quantile(double p)
    {
        if (p is < 0 or > 1 or double.NaN) throw new ArgumentOutOfRangeException(nameof(p), p, "A probability lies between 0 and 1.");
        if (p == 0) return double.NegativeInfinity;
        if (p == 1) return double.PositiveInfinity;
        if (p == 0.5) return 0;
        var tail = Math.Min(p, 1 - p);
        var t = Math.Sqrt(-2 * Math.Log(tail));
        // Abramowitz and Stegun 26.2.23 starts within 4.5e-4; Halley's steps on the exact tail do the rest.
        var z = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
        for (var i = 0; i < 4; i++)
        {
            var u = (Cdf(z) - tail) * Math.Sqrt(2 * Math.PI) * Math.Exp(z * z / 2);
            var step = u / (1 + z * u / 2);
            z -= step;
            if (Math.Abs(step) <= 1e-16 * Math.Abs(z)) break;
        }
        return p < 0.5 ? z : -z;
    }

    /// <summary>The two-sided point of a level: 1.96 for 0.95.</summary>
    public static double TwoSidedPoint(double level) => level == 0.95 ? ProportionInterval.Normal975 : Quantile(0.5 + level / 2);

    /// <summary>Throws when a level does not lie between 0 and 1.</summary>
    public static void RequireLevel(double level)
    {
        if (!(level > 0 && level < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "A level lies between 0 and 1: 0.95 for 95%.");
    }
}
