namespace W2SR.Core.Evaluation;

/// <summary>How much better one model did than another on the same problems.</summary>
/// <param name="Point">Difference of the accuracies.</param>
/// <param name="Interval">95% paired bootstrap interval.</param>
public sealed record PairedDifference(double Point, Interval Interval)
{
    /// <summary>Compares two results.</summary>
    /// <param name="left">The one that should be better.</param>
    /// <param name="right">The other.</param>
    /// <param name="seed">Seed of the resampling.</param>
    /// <exception cref="ArgumentException">They were not measured alike.</exception>
    public static PairedDifference Compute(EvaluationResult left, EvaluationResult right, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        RgrMetric.RequireAlike(left, right);
        var (interval, _) = PairedBootstrap.Compute([left.ScoresByProblem(), right.ScoresByProblem()], m => m[0] - m[1], seed);
        return new PairedDifference(left.Accuracy() - right.Accuracy(), interval);
    }
}
