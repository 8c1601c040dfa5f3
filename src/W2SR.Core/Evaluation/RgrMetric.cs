using System.Globalization;

namespace W2SR.Core.Evaluation;

/// <summary>Reasoning gap recovered: (student after W2SR - student before) / (student after RL - student before).</summary>
/// <remarks>arXiv:2505.20072, section 4.1.</remarks>
public static class RgrMetric
{
    /// <summary>Computes RGR with a paired bootstrap interval over problems.</summary>
    /// <param name="baseStudent">The student before training.</param>
    /// <param name="w2srStudent">The student after learning from traces.</param>
    /// <param name="rlStudent">The same student after RL: the ceiling.</param>
    /// <param name="seed">Seed of the resampling.</param>
    /// <returns>Undefined, with the reason, when RL did not raise the student, or its gain cannot be told from zero.</returns>
    /// <exception cref="ArgumentException">The results were not measured alike.</exception>
    public static Rgr Compute(EvaluationResult baseStudent, EvaluationResult w2srStudent, EvaluationResult rlStudent, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(baseStudent);
        ArgumentNullException.ThrowIfNull(w2srStudent);
        ArgumentNullException.ThrowIfNull(rlStudent);
        RequireAlike(baseStudent, w2srStudent);
        RequireAlike(baseStudent, rlStudent);
        return Compute(baseStudent.ScoresByProblem(), w2srStudent.ScoresByProblem(), rlStudent.ScoresByProblem(), seed);
    }

    /// <summary>Computes RGR from scores of the same problems in the same order.</summary>
    /// <inheritdoc cref="Compute(EvaluationResult, EvaluationResult, EvaluationResult, ulong)"/>
    public static Rgr Compute(IReadOnlyList<double> baseStudent, IReadOnlyList<double> w2srStudent, IReadOnlyList<double> rlStudent, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(baseStudent);
        ArgumentNullException.ThrowIfNull(w2srStudent);
        ArgumentNullException.ThrowIfNull(rlStudent);
        if (baseStudent.Count == 0 || baseStudent.Count != w2srStudent.Count || baseStudent.Count != rlStudent.Count)
            throw new ArgumentException($"RGR pairs scores problem by problem: got {baseStudent.Count}, {w2srStudent.Count} and {rlStudent.Count} of them.");
        double low = baseStudent.Average(), reached = w2srStudent.Average(), ceiling = rlStudent.Average();
        if (ceiling <= low)
            return new Rgr(null, null, string.Create(CultureInfo.InvariantCulture,
                $"RL did not raise the student: {ceiling:P1} after, {low:P1} before, so there is no gain to recover."));
        var (gain, _) = PairedBootstrap.Compute([rlStudent, baseStudent], m => m[0] - m[1], seed);
        if (gain.Low <= 0)
            return new Rgr(null, null, string.Create(CultureInfo.InvariantCulture,
                $"RL's gain of {ceiling - low:P1} cannot be told from zero (95% interval {gain.Low:P1} to {gain.High:P1})."));
        var (interval, _) = PairedBootstrap.Compute([baseStudent, w2srStudent, rlStudent],
            m => m[2] > m[0] ? (m[1] - m[0]) / (m[2] - m[0]) : double.NaN, seed);
        return new Rgr((reached - low) / (ceiling - low), interval, null);
    }

    internal static void RequireAlike(EvaluationResult left, EvaluationResult right)
    {
        if (left.Conditions != right.Conditions)
            throw new ArgumentException(
                $"'{left.Name}' and '{right.Name}' were not measured alike: problems, sampling or verifier differ ({left.Conditions} against {right.Conditions}).");
        if (!left.Samples.Select(s => s.ProblemId).SequenceEqual(right.Samples.Select(s => s.ProblemId)))
            throw new ArgumentException($"'{left.Name}' and '{right.Name}' answered different problems.");
    }
}
