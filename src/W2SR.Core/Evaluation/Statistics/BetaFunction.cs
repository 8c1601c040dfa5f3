namespace W2SR.Core.Evaluation.Statistics;

/// <summary>The regularised incomplete beta function and its inverse: the base of binomial and Student distributions.</summary>
/// <remarks>Power term by Loader (2000), "Fast and accurate computation of binomial probabilities"; fraction by Lentz's method.</remarks>
internal static class BetaFunction
{
    /// <summary>I_x(a, b).</summary>
    public static double Regularized(double a, double b, double x)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        return x < (a + 1) / (a + b + 2)
            ? Power(a, b, x, 1 - x) * Fraction(a, b, x) / a
            : 1 - Power(b, a, 1 - x, x) * Fraction(b, a, 1 - x) / b;
    }

    /// <summary>The x with I_x(a, b) = p: Newton's steps kept inside a shrinking bracket.</summary>
    public static double Inverse(double a, double b, double p)
    {
        if (p <= 0) return 0;
        if (p >= 1) return 1;
        double low = 0, high = 1, x = a / (a + b);
        for (var i = 0; i < 500; i++)
        {
            var error = Regularized(a, b, x) - p;
            if (error == 0) return x;
            if (error > 0) high = x;
            else low = x;
            var density = Power(a, b, x, 1 - x) / (x * (1 - x));
            var next = x - error / density;
            if (!(next > low && next < high)) next = low == 0 && x > 1e-290 ? Math.Min(0.5 * high, high * 1e-2 + low) : 0.5 * (low + high);
            if (Math.Abs(next - x) <= 1e-16 * x) return next;
            x = next;
        }
        return x;
    }

    /// <summary>P(Binomial(trials, p) = successes).</summary>
    public static double Binomial(int successes, int trials, double p)
    {
        if (successes < 0 || successes > trials) return 0;
        if (p <= 0) return successes == 0 ? 1 : 0;
        if (p >= 1) return successes == trials ? 1 : 0;
        if (successes == 0) return Math.Exp(trials * LogOneMinus(p));
        if (successes == trials) return Math.Exp(trials * Math.Log(p));
        return Mass(successes, trials - successes, p, 1 - p);
    }

    /// <summary>P(Binomial(trials, p) &lt;= successes), by its sum: no cancelled digits.</summary>
    public static double BinomialCdf(int successes, int trials, double p)
    {
        if (successes < 0) return 0;
        if (successes >= trials) return 1;
        var sum = 0.0;
        for (var i = 0; i <= successes; i++) sum += Binomial(i, trials, p);
        return Math.Min(1, sum);
    }

    /// <summary>x^a (1-x)^b / B(a, b).</summary>
    private static double Power(double a, double b, double x, double y) => a * b / (a + b) * Mass(a, b, x, y);

    private static double Mass(double a, double b, double x, double y)
    {
        var n = a + b;
        var exponent = GammaFunction.StirlingError(n) - GammaFunction.StirlingError(a) - GammaFunction.StirlingError(b) - Deviance(a, n * x) - Deviance(b, n * y);
        return Math.Exp(exponent) * Math.Sqrt(n / (2 * Math.PI * a * b));
    }

    /// <summary>k log(k / m) + m - k, also where the two are close.</summary>
    private static double Deviance(double k, double m)
    {
        if (Math.Abs(k - m) >= 0.1 * (k + m)) return k * Math.Log(k / m) + m - k;
        double v = (k - m) / (k + m), s = (k - m) * v, e = 2 * k * v;
        for (var j = 1; j < 1000; j++)
        {
            e *= v * v;
            var next = s + e / (2 * j + 1);
            if (next == s) return s;
            s = next;
        }
        return s;
    }

    private static double LogOneMinus(double p) => p < 1e-5 ? -p * (1 + p / 2 + p * p / 3) : Math.Log(1 - p);

    private static double Fraction(double a, double b, double x)
    {
        const double tiny = 1e-300;
        double c = 1, d = 1 - (a + b) * x / (a + 1);
        if (Math.Abs(d) < tiny) d = tiny;
        d = 1 / d;
        var h = d;
        for (var m = 1; m < 100_000; m++)
        {
            Step(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)));
            if (Step(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))) < 1e-16) break;
        }
        return h;

        double Step(double an)
        {
            d = 1 + an * d;
            if (Math.Abs(d) < tiny) d = tiny;
            c = 1 + an / c;
            if (Math.Abs(c) < tiny) c = tiny;
            d = 1 / d;
            h *= d * c;
            return Math.Abs(d * c - 1);
        }
    }
}
