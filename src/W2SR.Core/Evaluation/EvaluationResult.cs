using W2SR.Core.Common.Display;

namespace W2SR.Core.Evaluation;

/// <summary>How a model did on a set of problems.</summary>
/// <param name="Name">The model.</param>
/// <param name="Conditions">What must be alike for two results to be comparable: problems, prompt, template, sampling, verifier.</param>
/// <param name="Samples">Every judged response, problem by problem.</param>
[TypeFormatterSource(typeof(DisplaySource<EvaluationResult, EvaluationResultDisplay>))]
public sealed record EvaluationResult(string Name, EvaluationConditions Conditions, IReadOnlyList<EvaluatedSample> Samples)
{
    /// <summary>The problems with what is known of them, in their order; empty when it was not kept.</summary>
    public IReadOnlyList<EvaluatedProblem> Problems { get; init; } = [];

    /// <summary>Share of correct samples of each problem, in the order of the problems.</summary>
    public IReadOnlyList<double> ScoresByProblem() => ByProblem(s => s.IsCorrect ? 1.0 : 0);

    /// <summary>Mean over problems of the share of correct samples.</summary>
    public double Accuracy() => ScoresByProblem().Average();

    /// <summary>95% interval of the accuracy: Wilson's for one sample a problem, otherwise clustered by problem (Student's t).</summary>
    public Interval AccuracyInterval() => Estimate.OfShares(ScoresByProblem()).Interval;

    /// <summary>Share of samples that show work before their answer.</summary>
    public double ReasoningShare() => Samples.Average(s => s.Reasons ? 1.0 : 0);

    /// <summary>Mean length of a response in tokens.</summary>
    public double MeanLength() => Samples.Average(s => (double)s.ResponseTokens);

    /// <summary>Share of samples that were cut off.</summary>
    public double TruncatedShare() => Samples.Average(s => s.IsCutOff ? 1.0 : 0);

    /// <summary>The part of the result that some problems make up; null when there are none of them.</summary>
    /// <param name="belongs">Which problems to keep.</param>
    public EvaluationResult? Where(Func<EvaluatedProblem, bool> belongs)
    {
        ArgumentNullException.ThrowIfNull(belongs);
        var kept = Problems.Where(belongs).ToArray();
        if (kept.Length == 0) return null;
        var ids = kept.Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        return this with { Problems = kept, Samples = [.. Samples.Where(s => ids.Contains(s.ProblemId))] };
    }

    /// <summary>The samples problem by problem, in the order of the problems.</summary>
    internal IEnumerable<IGrouping<string, EvaluatedSample>> Groups() => Samples.GroupBy(s => s.ProblemId, StringComparer.Ordinal);

    /// <summary>Mean over each problem's samples of a value.</summary>
    internal IReadOnlyList<double> ByProblem(Func<EvaluatedSample, double> value) => [.. Groups().Select(g => g.Average(value))];
}
