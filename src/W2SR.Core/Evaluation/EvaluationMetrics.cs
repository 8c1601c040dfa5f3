using W2SR.Core.Evaluation.Statistics;
using W2SR.Core.Verification;

namespace W2SR.Core.Evaluation;

/// <summary>A metric of part of the problems, or at one k.</summary>
/// <param name="Name">The level, subject, benchmark, quantile or k.</param>
/// <param name="Estimate">Its value with its interval.</param>
public sealed record NamedEstimate(string Name, Estimate Estimate);

/// <summary>Everything a report says about one result, each number with its 95% interval.</summary>
public sealed record EvaluationMetrics
{
    private const int LengthResamples = 1000;
    private static readonly double[] LengthQuantiles = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99];

    /// <summary>Mean over problems of the share of correct samples.</summary>
    public required Estimate Accuracy { get; init; }

    /// <summary>pass@k by k, without bias; only up to the fewest samples a problem has.</summary>
    public required IReadOnlyList<NamedEstimate> PassAtK { get; init; }

    /// <summary>maj@k by k, expected over all subsets; answers count as equal when both are right or their normal forms agree.</summary>
    public required IReadOnlyList<NamedEstimate> MajorityAtK { get; init; }

    /// <summary>Accuracy by difficulty.</summary>
    public required IReadOnlyList<NamedEstimate> ByLevel { get; init; }

    /// <summary>Accuracy by subject.</summary>
    public required IReadOnlyList<NamedEstimate> BySubject { get; init; }

    /// <summary>Accuracy by benchmark.</summary>
    public required IReadOnlyList<NamedEstimate> ByBenchmark { get; init; }

    /// <summary>Mean of the benchmarks' accuracies, each weighing the same; null for fewer than two benchmarks.</summary>
    public required Estimate? MacroAverage { get; init; }

    /// <summary>Share of samples that the model did not end itself.</summary>
    public required Estimate CutOff { get; init; }

    /// <summary>Share of samples that state no answer.</summary>
    public required Estimate WithoutAnswer { get; init; }

    /// <summary>Share of samples that show work before their answer.</summary>
    public required Estimate Reasons { get; init; }

    /// <summary>Quantiles of the responses' lengths in tokens, with bootstrap intervals over problems.</summary>
    public required IReadOnlyList<NamedEstimate> Lengths { get; init; }

    /// <summary>Computes all of them.</summary>
    /// <param name="result">At least one sample.</param>
    /// <param name="seed">Seed of the bootstrap of the lengths.</param>
    public static EvaluationMetrics Compute(EvaluationResult result, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentOutOfRangeException.ThrowIfZero(result.Samples.Count, nameof(result));
        var groups = result.Groups().Select(g => g.ToArray()).ToArray();
        var fewest = groups.Min(g => g.Length);
        var ks = Enumerable.Range(0, 31).Select(i => 1 << i).TakeWhile(k => k <= fewest).Append(fewest).Distinct().ToArray();
        var benchmarks = Parts(result, p => p.Benchmark).ToArray();
        return new EvaluationMetrics
        {
            Accuracy = Estimate.OfShares(result.ScoresByProblem()),
            PassAtK = [.. ks.Select(k => Named(k, groups.Select(g => Evaluation.PassAtK.Estimate(g.Length, g.Count(s => s.IsCorrect), k))))],
            MajorityAtK = [.. ks.Select(k => Named(k, groups.Select(g => Majority(g, k))))],
            ByLevel = [.. Parts(result, p => p.Level is { } level ? FormattableString.Invariant($"level {level}") : null)],
            BySubject = [.. Parts(result, p => p.Subject)],
            ByBenchmark = benchmarks,
            MacroAverage = benchmarks.Length < 2 ? null : Macro(result, benchmarks),
            CutOff = Share(result, s => s.IsCutOff),
            WithoutAnswer = Share(result, s => s.Outcome == VerdictOutcome.NoAnswer),
            Reasons = Share(result, s => s.Reasons),
            Lengths = [.. LengthsOf(groups, seed)],
        };
    }

    private static NamedEstimate Named(int k, IEnumerable<double> byProblem) => new(FormattableString.Invariant($"{k}"), Estimate.OfShares([.. byProblem]));

    private static Estimate Share(EvaluationResult result, Func<EvaluatedSample, bool> claim) => Estimate.OfShares(result.ByProblem(s => claim(s) ? 1.0 : 0));

    private static double Majority(EvaluatedSample[] samples, int k)
    {
        // The verifier said which answers equal the reference, whatever their form; a prefix keeps them apart from the others' texts.
        var answers = samples.Select(s => s.IsCorrect ? "=" : s.Outcome == VerdictOutcome.NoAnswer || s.Answer is null ? null : "#" + s.Answer).ToArray();
        return MajorityVote.WithoutReplacement(answers, "=", k);
    }

    private static IEnumerable<NamedEstimate> Parts(EvaluationResult result, Func<EvaluatedProblem, string?> name) =>
        result.Problems.Select(name).Where(n => n is not null).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(n => new NamedEstimate(n!, Estimate.OfShares(result.Where(p => name(p) == n)!.ScoresByProblem())));

    private static Estimate Macro(EvaluationResult result, NamedEstimate[] benchmarks)
    {
        double mean = benchmarks.Average(b => b.Estimate.Value), variance = 0;
        foreach (var benchmark in benchmarks)
        {
            var scores = result.Where(p => p.Benchmark == benchmark.Name)!.ScoresByProblem();
            if (scores.Count > 1 && MeanError.Compute(scores, [.. Enumerable.Range(0, scores.Count)]).Cr1 is var error and > 0) variance += error * error;
            else variance += Math.Pow((benchmark.Estimate.Interval.High - benchmark.Estimate.Interval.Low) / 2 / ProportionInterval.Normal975, 2);
        }
        var half = ProportionInterval.Normal975 * Math.Sqrt(variance) / benchmarks.Length;
        return new Estimate(mean, new Interval(Math.Max(0, mean - half), Math.Min(1, mean + half)), benchmarks.Sum(b => b.Estimate.Problems));
    }

    private static IEnumerable<NamedEstimate> LengthsOf(EvaluatedSample[][] groups, ulong seed)
    {
        var lengths = groups.Select(g => g.Select(s => s.ResponseTokens).ToArray()).ToArray();
        var random = new Common.RandomStream(seed, "lengths");
        var drawn = new double[LengthQuantiles.Length][];
        for (var q = 0; q < drawn.Length; q++) drawn[q] = new double[LengthResamples];
        for (var r = 0; r < LengthResamples; r++)
        {
            var values = Quantiles(lengths.Select(_ => lengths[random.NextInt(lengths.Length)]));
            for (var q = 0; q < drawn.Length; q++) drawn[q][r] = values[q];
        }
        var own = Quantiles(lengths);
        for (var q = 0; q < drawn.Length; q++)
            yield return new NamedEstimate(FormattableString.Invariant($"{100 * LengthQuantiles[q]:0}%"),
                new Estimate(own[q], new BootstrapDistribution(own[q], drawn[q]).Percentile()!, lengths.Length));
    }

    private static double[] Quantiles(IEnumerable<int[]> lengths)
    {
        var sorted = lengths.SelectMany(l => l).ToArray();
        Array.Sort(sorted);
        return [.. LengthQuantiles.Select(q =>
        {
            var at = (sorted.Length - 1) * q;
            var low = (int)Math.Floor(at);
            return sorted[low] + (at - low) * (sorted[Math.Min(low + 1, sorted.Length - 1)] - sorted[low]);
        })];
    }
}
