using W2SR.Core.Common.Display;
using W2SR.Core.Evaluation.Statistics;

namespace W2SR.Core.Evaluation;

/// <summary>How much better one model did than another on the same problems.</summary>
/// <param name="Point">Difference of the accuracies.</param>
/// <param name="Interval">95% paired bootstrap interval.</param>
[TypeFormatterSource(typeof(DisplaySource<PairedDifference, PairedDifferenceDisplay>))]
public sealed record PairedDifference(double Point, Interval Interval)
{
    /// <summary>The model that should be better.</summary>
    public string Left { get; init; } = "";

    /// <summary>The other.</summary>
    public string Right { get; init; } = "";

    /// <summary>Problems compared.</summary>
    public int Problems { get; init; }

    /// <summary>Two-sided p: McNemar's mid-p when every problem is right or wrong, otherwise the sign-flip test's.</summary>
    public double PValue { get; init; } = 1;

    /// <summary>The same after Holm's correction for its family (<see cref="Family"/>); null before.</summary>
    public double? AdjustedPValue { get; init; }

    /// <summary>McNemar's test; null when a problem has several samples that disagree.</summary>
    public McNemarTest? McNemar { get; init; }

    /// <summary>The permutation test.</summary>
    public SignFlipTest? SignFlip { get; init; }

    /// <summary>The smallest true difference that these problems would have shown with 80% power at 5%, by the differences' own spread; null for one problem.</summary>
    public double? SmallestDetectable { get; init; }

    /// <summary>What was not alike in a comparison that was forced. It stays with the result, and belongs in the report.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Compares two results.</summary>
    /// <param name="left">The one that should be better.</param>
    /// <param name="right">The other.</param>
    /// <param name="seed">Seed of the resampling.</param>
    /// <param name="force">Compares results that were not measured alike, on the problems they share, with a warning for each difference.</param>
    /// <exception cref="ArgumentException">They were not measured alike (the message names what differs), or share no problem.</exception>
    public static PairedDifference Compute(EvaluationResult left, EvaluationResult right, ulong seed = 0, bool force = false)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var (alike, warnings) = Alike.Align([left, right], force);
        IReadOnlyList<double> ours = alike[0].ScoresByProblem(), theirs = alike[1].ScoresByProblem();
        var (interval, _) = PairedBootstrap.Compute([ours, theirs], m => m[0] - m[1], seed);
        double[] differences = [.. ours.Zip(theirs, (a, b) => a - b)];
        var signFlip = SignFlipTest.Compute(differences, seed);
        var mcNemar = ours.Concat(theirs).All(v => v is 0 or 1) ? McNemarTest.Compute([.. ours.Select(v => v == 1)], [.. theirs.Select(v => v == 1)]) : null;
        var spread = differences.Length < 2 ? (double?)null : MeanError.Compute(differences, [.. Enumerable.Range(0, differences.Length)]).Iid * Math.Sqrt(differences.Length);
        return new PairedDifference(ours.Average() - theirs.Average(), interval)
        {
            Left = left.Name,
            Right = right.Name,
            Problems = differences.Length,
            PValue = mcNemar?.MidP ?? signFlip.TwoSided,
            McNemar = mcNemar,
            SignFlip = signFlip,
            // Models that never differ show no spread; a benchmark cannot say then what it could have shown.
            SmallestDetectable = spread > 0 ? DetectableEffect.StudentT(differences.Length, spread.Value) : null,
            Warnings = warnings,
        };
    }

    /// <summary>Corrects the p values of comparisons that were made together (Holm).</summary>
    /// <param name="comparisons">All comparisons that were looked at, not only those that came out well.</param>
    public static IReadOnlyList<PairedDifference> Family(IReadOnlyList<PairedDifference> comparisons)
    {
        ArgumentNullException.ThrowIfNull(comparisons);
        var adjusted = MultipleTests.Holm([.. comparisons.Select(c => c.PValue)]);
        return [.. comparisons.Select((c, i) => c with { AdjustedPValue = adjusted[i] })];
    }
}
