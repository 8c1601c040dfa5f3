namespace W2SR.Core.Evaluation.Statistics;

/// <summary>The gamma function's logarithm and its incomplete forms, to about 1e-14.</summary>
internal static class GammaFunction
{
    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>log Gamma(x) for x &gt; 0: shifted above 10, then Stirling's series.</summary>
    public static double Log(double x)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(x, 0);
        var shift = 1.0;
        while (x < 10)
        {
            shift *= x;
            x += 1;
        }
        return (x - 0.5) * Math.Log(x) - x + HalfLogTwoPi + StirlingSeries(x) - Math.Log(shift);
    }

    /// <summary>log x! - (x + 1/2) log x + x - log(2 pi)/2: what Stirling's formula lacks. Sums of these cancel no digits.</summary>
    public static double StirlingError(double x) =>
        x >= 10 ? StirlingSeries(x) : Log(x + 1) - (x + 0.5) * Math.Log(x) + x - HalfLogTwoPi;

    /// <summary>Upper incomplete gamma Q(a, x): the chi-squared tail is Q(df / 2, x / 2).</summary>
    public static double Upper(double a, double x) => x < a + 1 ? 1 - Series(a, x) : Fraction(a, x);

    /// <summary>Lower incomplete gamma P(a, x).</summary>
    public static double Lower(double a, double x) => x < a + 1 ? Series(a, x) : 1 - Fraction(a, x);

    /// <summary>Chi-squared: probability of more than x.</summary>
    public static double ChiSquaredTail(double x, double degrees) => x <= 0 ? 1 : Upper(degrees / 2, x / 2);

    private static double StirlingSeries(double x)
    {
        var r = 1 / (x * x);
        // Bernoulli numbers B(2j) / (2j (2j - 1)).
        return (1.0 / 12 + r * (-1.0 / 360 + r * (1.0 / 1260 + r * (-1.0 / 1680 + r * (1.0 / 1188 + r * (-691.0 / 360360 + r * (1.0 / 156 - r * 3617.0 / 122400))))))) / x;
    }

    private static double Series(double a, double x)
    {
        if (x <= 0) return 0;
        double term = 1 / a, sum = term;
        for (var n = 1; n < 100_000 && Math.Abs(term) > 1e-17 * Math.Abs(sum); n++) sum += term *= x / (a + n);
        return sum * Math.Exp(a * Math.Log(x) - x - Log(a));
    }

    private static double Fraction(double a, double x)
    {
        // Lentz's method; the even form converges fast for x > a + 1.
        const double tiny = 1e-300;
        double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
        for (var n = 1; n < 100_000; n++)
        {
            var an = -n * (n - a);
            b += 2;
            d = an * d + b;
            if (Math.Abs(d) < tiny) d = tiny;
            c = b + an / c;
            if (Math.Abs(c) < tiny) c = tiny;
            d = 1 / d;
            h *= d * c;
            if (Math.Abs(d * c - 1) < 1e-16) break;
        }
        return h * Math.Exp(a * Math.Log(x) - x - Log(a));
    }
}
