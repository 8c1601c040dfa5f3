using W2SR.Core.Common;
using W2SR.Core.Verification;

namespace W2SR.Core.Evaluation;

/// <summary>One judged response.</summary>
/// <param name="ProblemId">Which problem.</param>
/// <param name="SampleIndex">Which of its samples.</param>
/// <param name="Outcome">The verdict.</param>
/// <param name="FinishReason">Why the response ended.</param>
/// <param name="ResponseTokens">Its length.</param>
/// <param name="Reasons">True when it shows work before its answer.</param>
public sealed record EvaluatedSample(
    string ProblemId, int SampleIndex, VerdictOutcome Outcome, FinishReason FinishReason, int ResponseTokens, bool Reasons);

/// <summary>How a model did on a set of problems.</summary>
/// <param name="Name">The model.</param>
/// <param name="Conditions">What must be alike for two results to be comparable: problems, sampling, prompt, verifier.</param>
/// <param name="Samples">Every judged response, problem by problem, each problem with the same number of samples.</param>
public sealed record EvaluationResult(string Name, string Conditions, IReadOnlyList<EvaluatedSample> Samples)
{
    /// <summary>Share of correct samples of each problem, in the order of the problems.</summary>
    public IReadOnlyList<double> ScoresByProblem() =>
        [.. Samples.GroupBy(s => s.ProblemId, StringComparer.Ordinal).Select(g => g.Average(s => s.Outcome == VerdictOutcome.Correct ? 1.0 : 0))];

    /// <summary>Mean over problems of the share of correct samples.</summary>
    public double Accuracy() => ScoresByProblem().Average();

    /// <summary>95% interval of the accuracy: Wilson's for one sample a problem, otherwise normal over the problems' means.</summary>
    public Interval AccuracyInterval()
    {
        var scores = ScoresByProblem();
        if (scores.Count == Samples.Count) return ProportionInterval.Wilson((int)scores.Sum(), scores.Count);
        var mean = scores.Average();
        var error = scores.Count < 2 ? double.PositiveInfinity : Math.Sqrt(scores.Sum(s => (s - mean) * (s - mean)) / (scores.Count - 1.0) / scores.Count);
        var half = ProportionInterval.Normal975 * error;
        return new Interval(Math.Max(0, mean - half), Math.Min(1, mean + half));
    }

    /// <summary>Share of samples that show work before their answer.</summary>
    public double ReasoningShare() => Samples.Average(s => s.Reasons ? 1.0 : 0);

    /// <summary>Mean length of a response in tokens.</summary>
    public double MeanLength() => Samples.Average(s => (double)s.ResponseTokens);

    /// <summary>Share of samples that were cut off.</summary>
    public double TruncatedShare() => Samples.Average(s => s.FinishReason == FinishReason.Stop ? 0.0 : 1);
}
