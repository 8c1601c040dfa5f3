using System.Globalization;
using W2SR.Core.Evaluation.Statistics;

namespace W2SR.Core.Evaluation;

/// <summary>Reasoning gap recovered: (student after W2SR - student before) / (student after RL - student before).</summary>
/// <remarks>arXiv:2505.20072, section 4.1.</remarks>
public static class RgrMetric
{
    /// <summary>Computes RGR with paired bootstrap intervals over problems and Fieller's set beside them.</summary>
    /// <param name="baseStudent">The student before training.</param>
    /// <param name="w2srStudent">The student after learning from traces.</param>
    /// <param name="rlStudent">The same student after RL: the ceiling.</param>
    /// <param name="seed">Seed of the resampling.</param>
    /// <param name="force">Takes results that were not measured alike, on the problems they share, with a warning for each difference.</param>
    /// <returns>Undefined, with the reason, when RL did not raise the student, or its gain cannot be told from zero.</returns>
    /// <exception cref="ArgumentException">The results were not measured alike; the message names what differs.</exception>
    public static Rgr Compute(EvaluationResult baseStudent, EvaluationResult w2srStudent, EvaluationResult rlStudent, ulong seed = 0, bool force = false) =>
        OfResults(baseStudent, w2srStudent, rlStudent, seed, force, Wording.Rgr);

    /// <summary>Computes RGR from scores of the same problems in the same order.</summary>
    /// <inheritdoc cref="Compute(EvaluationResult, EvaluationResult, EvaluationResult, ulong, bool)"/>
    public static Rgr Compute(IReadOnlyList<double> baseStudent, IReadOnlyList<double> w2srStudent, IReadOnlyList<double> rlStudent, ulong seed = 0) =>
        OfScores(baseStudent, w2srStudent, rlStudent, seed, Wording.Rgr);

    /// <summary>RGR on each benchmark by itself, and pooled over all problems under the name "pooled".</summary>
    /// <inheritdoc cref="Compute(EvaluationResult, EvaluationResult, EvaluationResult, ulong, bool)"/>
    public static IReadOnlyList<(string Benchmark, Rgr Rgr)> ByBenchmark(
        EvaluationResult baseStudent, EvaluationResult w2srStudent, EvaluationResult rlStudent, ulong seed = 0, bool force = false)
    {
        ArgumentNullException.ThrowIfNull(baseStudent);
        ArgumentNullException.ThrowIfNull(w2srStudent);
        ArgumentNullException.ThrowIfNull(rlStudent);
        var rows = new List<(string, Rgr)>();
        foreach (var name in baseStudent.Problems.Select(p => p.Benchmark).Where(b => b is not null).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            bool Belongs(EvaluatedProblem p) => p.Benchmark == name;
            if (baseStudent.Where(Belongs) is { } low && w2srStudent.Where(Belongs) is { } reached && rlStudent.Where(Belongs) is { } high)
                rows.Add((name!, Compute(low, reached, high, seed, force)));
        }
        rows.Add(("pooled", Compute(baseStudent, w2srStudent, rlStudent, seed, force)));
        return rows;
    }

    /// <summary>
    /// Performance gap recovered, the measure of the earlier weak-to-strong literature: (student taught by the weak model - weak model) /
    /// (student with the ceiling's training - weak model). Its base is the teacher, where RGR's is the student before training.
    /// </summary>
    /// <param name="weakTeacher">The weak model.</param>
    /// <param name="weakToStrong">The strong student that it taught.</param>
    /// <param name="ceiling">The same student under the ceiling's training.</param>
    /// <param name="seed">Seed of the resampling.</param>
    /// <param name="force">As for RGR.</param>
    /// <remarks>Burns et al. (arXiv:2312.09390), section 3.</remarks>
    public static Rgr PerformanceGapRecovered(
        EvaluationResult weakTeacher, EvaluationResult weakToStrong, EvaluationResult ceiling, ulong seed = 0, bool force = false) =>
        OfResults(weakTeacher, weakToStrong, ceiling, seed, force, Wording.Pgr);

    private static Rgr OfResults(EvaluationResult low, EvaluationResult reached, EvaluationResult high, ulong seed, bool force, Wording wording)
    {
        ArgumentNullException.ThrowIfNull(low);
        ArgumentNullException.ThrowIfNull(reached);
        ArgumentNullException.ThrowIfNull(high);
        var (alike, warnings) = Alike.Align([low, reached, high], force);
        return OfScores(alike[0].ScoresByProblem(), alike[1].ScoresByProblem(), alike[2].ScoresByProblem(), seed, wording) with { Warnings = warnings };
    }

    private static Rgr OfScores(IReadOnlyList<double> before, IReadOnlyList<double> after, IReadOnlyList<double> top, ulong seed, Wording wording)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(top);
        if (before.Count == 0 || before.Count != after.Count || before.Count != top.Count)
            throw new ArgumentException($"{wording.Name} pairs scores problem by problem: got {before.Count}, {after.Count} and {top.Count} of them.");
        double low = before.Average(), reached = after.Average(), ceiling = top.Average();
        var known = new Rgr(null, null, null)
        {
            Problems = before.Count,
            Fieller = before.Count < 2 ? null : PairedRatio.Compute(before, after, top).Fieller(student: true),
        };
        if (before.Count == 1)
            return known with { UndefinedBecause = "One problem says nothing about chance; measure more of them." };
        if (ceiling <= low)
            return known with
            {
                UndefinedBecause = string.Create(CultureInfo.InvariantCulture, $"{wording.NoGain}: {ceiling:P1} after, {low:P1} before, so there is no gain to recover."),
            };
        var (gain, _) = PairedBootstrap.Compute([top, before], m => m[0] - m[1], seed);
        if (gain.Low <= 0)
            return known with
            {
                UndefinedBecause = string.Create(CultureInfo.InvariantCulture,
                    $"{wording.Gain} of {ceiling - low:P1} cannot be told from zero (95% interval {gain.Low:P1} to {gain.High:P1})."),
            };
        IReadOnlyList<double>[] series = [before, after, top];
        var distribution = PairedBootstrap.Resample(series, Recovered, seed);
        var jackknife = PairedBootstrap.Jackknife(series, Recovered);
        return known with
        {
            Point = (reached - low) / (ceiling - low),
            Interval = distribution.Percentile(),
            Bca = jackknife.All(double.IsFinite) ? distribution.Bca(jackknife) : null,
            UndefinedShare = distribution.UndefinedShare,
        };
    }

    private static double Recovered(double[] means) => means[2] > means[0] ? (means[1] - means[0]) / (means[2] - means[0]) : double.NaN;

    /// <summary>What the reasons say, by measure.</summary>
    private sealed record Wording(string Name, string NoGain, string Gain)
    {
        public static Wording Rgr { get; } = new("RGR", "RL did not raise the student", "RL's gain");

        public static Wording Pgr { get; } = new("PGR", "The ceiling is not above the weak model", "The ceiling's gain");
    }
}
