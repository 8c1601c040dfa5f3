using System.Globalization;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Evaluation.Statistics;
using W2SR.Core.Tests.Infrastructure;
using Xunit.Abstractions;

namespace W2SR.Core.Tests.Evaluation;

/// <summary>
/// Do 95% intervals cover the truth in 95% of experiments? Problems are drawn from a population of difficulties that all models share, answers
/// by chance. <c>W2SR_LONG=1</c> runs the 2,000 experiments of docs/statistics.md and prints its tables; the short run would see gross errors only.
/// </summary>
public sealed class CoverageTests(ITestOutputHelper output)
{
    private const double Spread = 1.5; // standard deviation of difficulty, in logits

    private static int Experiments { get; } = LongChecks.Rounds(60, 2000);

    private static int Resamples { get; } = LongChecks.Rounds(300, 1000);

    [SkippableTheory]
    [InlineData(100, 1, 0.0)]
    [InlineData(100, 1, 0.5)]
    [InlineData(100, 1, 0.9)]
    [InlineData(100, 4, 0.0)]
    [InlineData(100, 4, 0.5)]
    [InlineData(100, 4, 0.9)]
    [InlineData(500, 1, 0.0)]
    [InlineData(500, 1, 0.5)]
    [InlineData(500, 1, 0.9)]
    [InlineData(500, 4, 0.0)]
    [InlineData(500, 4, 0.5)]
    [InlineData(500, 4, 0.9)]
    public void Intervals_LargeGain_CoverTheTruth(int problems, int samples, double rgr)
    {
        Skip.If(problems > 100 && !LongChecks.IsOn, "W2SR_LONG=1 runs the larger simulations.");
        var c = Simulate(problems, samples, rgr, baseAccuracy: 0.35, ceiling: 0.75);
        output.WriteLine(Row(problems, samples, rgr, c));
        Assert.True(c.GainInErrors >= 4, $"the gain is only {c.GainInErrors:F1} standard errors");
        var (low, high) = LongChecks.IsOn ? (0.93, 0.97) : (0.80, 1.0);
        Assert.All(new[] { c.Accuracy, c.Difference, c.Percentile, c.Bca, c.Fieller }, share => Assert.InRange(share, low, high));
    }

    [SkippableTheory]
    [InlineData(100, 1)]
    [InlineData(500, 1)]
    [InlineData(100, 4)]
    [InlineData(500, 4)]
    public void Intervals_SmallGain_AreReportedWithTheShareUndefined(int problems, int samples)
    {
        Skip.If(problems > 100 && !LongChecks.IsOn, "W2SR_LONG=1 runs the larger simulations.");
        var c = Simulate(problems, samples, 0.5, baseAccuracy: 0.35, ceiling: 0.45);
        output.WriteLine(Row(problems, samples, 0.5, c));
        Assert.InRange(c.Accuracy, LongChecks.IsOn ? 0.93 : 0.80, 1);
        if (c.GainInErrors < 3) Assert.True(c.Undefined > 0.02, "a gain this small must often be undefined");
    }

    [SkippableTheory]
    [InlineData(100, 1)]
    [InlineData(500, 1)]
    [InlineData(100, 4)]
    [InlineData(500, 4)]
    public void PairedTests_EqualModels_FindADifferenceAtTheirLevel(int problems, int samples)
    {
        Skip.If(problems > 100 && !LongChecks.IsOn, "W2SR_LONG=1 runs the larger simulations.");
        int exact = 0, mid = 0, flips = 0, experiments = LongChecks.Rounds(300, samples == 1 ? 20_000 : 4000);
        var random = new RandomStream(11, "equal models", problems, samples);
        var shift = ShiftFor(0.5);
        for (var e = 0; e < experiments; e++)
        {
            double[][] scores = Draw(random, problems, samples, [shift, shift]);
            var differences = scores[0].Zip(scores[1], (a, b) => a - b).ToArray();
            if (SignFlipTest.Compute(differences, (ulong)e, LongChecks.Rounds(200, 1000)).TwoSided <= 0.05) flips++;
            if (samples > 1) continue;
            var test = McNemarTest.Compute(differences.Count(d => d > 0), differences.Count(d => d < 0));
            if (test.Exact <= 0.05) exact++;
            if (test.MidP <= 0.05) mid++;
        }
        double Share(int count) => (double)count / experiments;
        output.WriteLine(FormattableString.Invariant($"| {problems} | {samples} | {(samples == 1 ? $"{Share(exact):P1} | {Share(mid):P1}" : "- | -")} | {Share(flips):P1} |").Replace(" %", "%", StringComparison.Ordinal));
        var most = LongChecks.IsOn ? 0.06 : 0.12;
        Assert.True(Share(exact) <= most && Share(mid) <= most && Share(flips) <= most, $"{Share(exact)} {Share(mid)} {Share(flips)}");
        if (LongChecks.IsOn && problems == 500)
        {
            if (samples == 1) Assert.InRange(Share(mid), 0.04, 0.06);
            Assert.InRange(Share(flips), 0.04, 0.06);
        }
    }

    private sealed record Coverage(double Accuracy, double Difference, double Percentile, double Bca, double Fieller, double Undefined, double GainInErrors);

    private static string Row(int problems, int samples, double rgr, Coverage c) => string.Create(CultureInfo.InvariantCulture,
        $"| {problems} | {samples} | {rgr:F1} | {c.GainInErrors:F1} | {c.Accuracy:P1} | {c.Difference:P1} | {c.Percentile:P1} | {c.Bca:P1} | {c.Fieller:P1} | {c.Undefined:P1} |").Replace(" %", "%", StringComparison.Ordinal);

    private static Coverage Simulate(int problems, int samples, double rgr, double baseAccuracy, double ceiling)
    {
        var reached = baseAccuracy + rgr * (ceiling - baseAccuracy);
        double[] shifts = [ShiftFor(baseAccuracy), ShiftFor(reached), ShiftFor(ceiling)];
        int accuracy = 0, difference = 0, percentile = 0, bca = 0, fieller = 0, defined = 0;
        var errors = 0.0;
        var random = new RandomStream(7, $"coverage {rgr} {ceiling}", problems, samples);
        static double Recovered(double[] m) => m[2] > m[0] ? (m[1] - m[0]) / (m[2] - m[0]) : double.NaN;
        for (var e = 0; e < Experiments; e++)
        {
            var scores = Draw(random, problems, samples, shifts);
            if (Estimate.OfShares(scores[1]).Interval.Contains(reached)) accuracy++;
            var gap = PairedBootstrap.Resample([scores[1], scores[2]], m => m[0] - m[1], (ulong)e, Resamples);
            if (gap.Percentile()!.Contains(reached - ceiling)) difference++;
            var ratio = PairedRatio.Compute(scores[0], scores[1], scores[2]);
            errors += (ceiling - baseAccuracy) / Math.Sqrt(ratio.DenominatorVariance);
            if (PairedBootstrap.Resample([scores[2], scores[0]], m => m[0] - m[1], (ulong)e, Resamples).Percentile()!.Low <= 0) continue;
            defined++;
            var distribution = PairedBootstrap.Resample(scores, Recovered, (ulong)e, Resamples);
            if (distribution.Percentile()!.Contains(rgr)) percentile++;
            if (distribution.Bca(PairedBootstrap.Jackknife(scores, Recovered))?.Contains(rgr) == true) bca++;
            if (ratio.Fieller(student: true).Contains(rgr)) fieller++;
        }
        double n = Experiments, d = Math.Max(1, defined);
        return new Coverage(accuracy / n, difference / n, percentile / d, bca / d, fieller / d, 1 - defined / n, errors / n);
    }

    /// <summary>Scores by model and problem: all models meet the same difficulties.</summary>
    private static double[][] Draw(RandomStream random, int problems, int samples, double[] shifts)
    {
        var scores = shifts.Select(_ => new double[problems]).ToArray();
        for (var i = 0; i < problems; i++)
        {
            var difficulty = Spread * random.NextNormal();
            for (var m = 0; m < shifts.Length; m++)
            {
                var right = 0;
                var p = 1 / (1 + Math.Exp(difficulty - shifts[m]));
                for (var s = 0; s < samples; s++)
                    if (random.NextUniform() < p) right++;
                scores[m][i] = (double)right / samples;
            }
        }
        return scores;
    }

    /// <summary>The ability, in logits, whose accuracy over the whole population is the one given.</summary>
    private static double ShiftFor(double accuracy)
    {
        double low = -20, high = 20;
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            double sum = 0, weights = 0;
            for (var z = -8.0; z <= 8; z += 0.01)
            {
                var w = Math.Exp(-z * z / 2);
                sum += w / (1 + Math.Exp(Spread * z - middle));
                weights += w;
            }
            if (sum / weights < accuracy) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }
}
