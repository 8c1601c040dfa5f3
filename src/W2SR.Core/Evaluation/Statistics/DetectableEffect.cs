namespace W2SR.Core.Evaluation.Statistics;

/// <summary>What difference a benchmark of a given size could have shown, and what size a difference would need.</summary>
/// <remarks>Miller (arXiv:2411.00640), section 5; Cohen (1988) for the t form.</remarks>
public static class DetectableEffect
{
    /// <summary>Smallest true mean difference that a paired two-sided test finds with the power asked for, by the normal distribution.</summary>
    /// <param name="problems">Problems, at least 1.</param>
    /// <param name="deviation">Standard deviation of the differences by problem.</param>
    /// <param name="alpha">Level of the test.</param>
    /// <param name="power">Chance of finding it.</param>
    public static double Normal(int problems, double deviation, double alpha = 0.05, double power = 0.8)
    {
        Check(problems, deviation, alpha, power);
        return Points(alpha, power) * deviation / Math.Sqrt(problems);
    }

    /// <summary>The same by the noncentral t distribution: a little larger for few problems. At least 2 problems.</summary>
    /// <inheritdoc cref="Normal"/>
    public static double StudentT(int problems, double deviation, double alpha = 0.05, double power = 0.8)
    {
        Check(problems, deviation, alpha, power);
        ArgumentOutOfRangeException.ThrowIfLessThan(problems, 2);
        var degrees = problems - 1.0;
        var critical = StudentDistribution.Quantile(1 - alpha / 2, degrees);
        double low = 0, high = 2 * Points(alpha, power) + 10;
        for (var i = 0; i < 60 && high - low > 1e-11; i++)
        {
            var middle = (low + high) / 2;
            if (Power(middle, critical, degrees) < power) low = middle;
            else high = middle;
        }
        return (low + high) / 2 * deviation / Math.Sqrt(problems);
    }

    /// <summary>Problems needed for a difference, by the normal distribution.</summary>
    /// <param name="difference">True mean difference, not 0.</param>
    /// <param name="deviation">Standard deviation of the differences by problem.</param>
    /// <param name="alpha">Level of the test.</param>
    /// <param name="power">Chance of finding it.</param>
    public static int Problems(double difference, double deviation, double alpha = 0.05, double power = 0.8)
    {
        Check(1, deviation, alpha, power);
        ArgumentOutOfRangeException.ThrowIfZero(difference);
        var root = Points(alpha, power) * deviation / difference;
        return (int)Math.Ceiling(root * root);
    }

    /// <summary>Problems needed when each model answers every problem several times.</summary>
    /// <param name="difference">True mean difference, not 0.</param>
    /// <param name="betweenProblems">Variance, over problems, of the true difference (omega squared).</param>
    /// <param name="withinLeft">Mean variance of the first model's score within a problem.</param>
    /// <param name="samplesLeft">Its samples a problem.</param>
    /// <param name="withinRight">The same of the second.</param>
    /// <param name="samplesRight">Its samples a problem.</param>
    /// <param name="alpha">Level of the test.</param>
    /// <param name="power">Chance of finding it.</param>
    public static int ProblemsResampled(
        double difference, double betweenProblems, double withinLeft, int samplesLeft, double withinRight, int samplesRight, double alpha = 0.05, double power = 0.8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesLeft, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesRight, 1);
        return Problems(difference, Math.Sqrt(betweenProblems + withinLeft / samplesLeft + withinRight / samplesRight), alpha, power);
    }

    /// <summary>Standard deviation of the differences of two models that are right or wrong.</summary>
    /// <param name="onlyLeft">Share of problems that only the first solves.</param>
    /// <param name="onlyRight">Share that only the second solves.</param>
    public static double BinaryDeviation(double onlyLeft, double onlyRight) =>
        Math.Sqrt(Math.Max(0, onlyLeft + onlyRight - (onlyLeft - onlyRight) * (onlyLeft - onlyRight)));

    /// <summary>Chance that a paired two-sided t test finds a true mean difference.</summary>
    /// <param name="difference">True mean difference.</param>
    /// <param name="problems">Problems, at least 2.</param>
    /// <param name="deviation">Standard deviation of the differences by problem, above 0.</param>
    /// <param name="alpha">Level of the test.</param>
    public static double Power(double difference, int problems, double deviation, double alpha = 0.05)
    {
        Check(problems, deviation, alpha, 0.5);
        ArgumentOutOfRangeException.ThrowIfLessThan(problems, 2);
        ArgumentOutOfRangeException.ThrowIfZero(deviation);
        return Power(difference / deviation * Math.Sqrt(problems), StudentDistribution.Quantile(1 - alpha / 2, problems - 1.0), problems - 1.0);
    }

    private static double Power(double noncentrality, double critical, double degrees) =>
        1 - StudentDistribution.NoncentralCdf(critical, degrees, noncentrality) + StudentDistribution.NoncentralCdf(-critical, degrees, noncentrality);

    private static double Points(double alpha, double power) => NormalDistribution.Quantile(1 - alpha / 2) + NormalDistribution.Quantile(power);

    private static void Check(int problems, double deviation, double alpha, double power)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(problems, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(deviation);
        NormalDistribution.RequireLevel(alpha);
        NormalDistribution.RequireLevel(power);
    }
}
