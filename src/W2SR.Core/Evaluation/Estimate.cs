using W2SR.Core.Evaluation.Statistics;

namespace W2SR.Core.Evaluation;

/// <summary>A number with its interval.</summary>
/// <param name="Value">The number.</param>
/// <param name="Interval">95% interval.</param>
/// <param name="Problems">Problems that it rests on: the independent pieces of evidence.</param>
public sealed record Estimate(double Value, Interval Interval, int Problems)
{
    /// <summary>Mean over problems of a value between 0 and 1, such as the share of a problem's samples that are right.</summary>
    /// <param name="byProblem">One value a problem.</param>
    /// <returns>
    /// With Wilson's interval when every value is 0 or 1, or when none differs from another; otherwise Student's t over the problems, which
    /// is the error clustered by problem, cut to [0, 1].
    /// </returns>
    internal static Estimate OfShares(IReadOnlyList<double> byProblem)
    {
        ArgumentOutOfRangeException.ThrowIfZero(byProblem.Count);
        var mean = byProblem.Average();
        if (byProblem.All(v => v is 0 or 1)) return new Estimate(mean, ProportionInterval.Wilson((int)byProblem.Sum(), byProblem.Count), byProblem.Count);
        var error = MeanError.Compute(byProblem, [.. Enumerable.Range(0, byProblem.Count)]);
        // A t interval around values that are all alike would have no width, as if nothing could be otherwise.
        var interval = error.Clusters < 2 || error.Cr1 == 0 ? ProportionInterval.WilsonOf(byProblem.Sum(), byProblem.Count) : error.StudentInterval();
        return new Estimate(mean, new Interval(Math.Max(0, interval.Low), Math.Min(1, interval.High)), byProblem.Count);
    }
}
