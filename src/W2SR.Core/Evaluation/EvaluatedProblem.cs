using W2SR.Core.Problems;

namespace W2SR.Core.Evaluation;

/// <summary>What a result remembers of a problem, to report by level, subject and benchmark.</summary>
/// <param name="Id">The problem.</param>
/// <param name="Benchmark">The data set it comes from; null when unknown.</param>
/// <param name="Level">Difficulty; null when unknown.</param>
/// <param name="Subject">Subject; null when unknown.</param>
public sealed record EvaluatedProblem(string Id, string? Benchmark = null, int? Level = null, string? Subject = null)
{
    /// <summary>Takes it from a problem.</summary>
    public static EvaluatedProblem Of(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new EvaluatedProblem(problem.Id, problem.Source, problem.Level, problem.Subject);
    }
}
