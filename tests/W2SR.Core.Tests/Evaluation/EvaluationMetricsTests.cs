using W2SR.Core.Evaluation;

namespace W2SR.Core.Tests.Evaluation;

public sealed class EvaluationMetricsTests
{
    private static readonly string[] Rows = ["rrrr", "rrww", "wwww", "r-wc"];

    private static EvaluationMetrics Metrics => EvaluationMetrics.Compute(MeasuredResults.Of("m", Rows, problem: p =>
        new EvaluatedProblem($"p{p}", p < 2 ? "a" : "b", p + 1, p % 2 == 0 ? "algebra" : null)));

    [Fact]
    public void Compute_FourSamples_GivesTheCurvesByHand()
    {
        var m = Metrics;
        // shares 1, 1/2, 0, 1/4
        Assert.Equal(7 / 16.0, m.Accuracy.Value, 1e-15);
        Assert.Equal(["1", "2", "4"], m.PassAtK.Select(k => k.Name));
        Assert.Equal(7 / 16.0, m.PassAtK[0].Estimate.Value, 1e-15);
        Assert.Equal((1 + 5 / 6.0 + 0 + 0.5) / 4, m.PassAtK[1].Estimate.Value, 1e-15);
        Assert.Equal(0.75, m.PassAtK[2].Estimate.Value, 1e-15);
        // maj@4: all right; two against two; none; one right, one "w", one "c", one silent: a third.
        Assert.Equal((1 + 0.5 + 0 + 1 / 3.0) / 4, m.MajorityAtK[2].Estimate.Value, 1e-15);
        Assert.Equal(1 / 16.0, m.CutOff.Value, 1e-15);
        Assert.Equal(1 / 16.0, m.WithoutAnswer.Value, 1e-15);
        Assert.Equal(7 / 16.0, m.Reasons.Value, 1e-15);
        Assert.Equal(25, m.Lengths.Single(l => l.Name == "50%").Estimate.Value);
    }

    [Fact]
    public void Compute_SeveralSamples_IntervalIsClusteredByProblem()
    {
        // Shares 1, .5, 0, .25: mean .4375, sd .4269, error .21347, t(3) = 3.18245.
        var interval = EvaluationMetrics.Compute(MeasuredResults.Of("m", ["rrrr", "rrww", "wwww", "rwww"])).Accuracy.Interval;
        Assert.Equal(0, interval.Low);
        Assert.Equal(1, interval.High);
        var many = MeasuredResults.Of("m", [.. Enumerable.Repeat(Rows[..2], 50).SelectMany(r => r)]).AccuracyInterval();
        // 100 problems of 1 and .5: sd .2512595, error .02512595, t(99) = 1.984217
        Assert.Equal(0.75 - 0.0498553, many.Low, 1e-6);
        Assert.Equal(0.75 + 0.0498553, many.High, 1e-6);
    }

    [Fact]
    public void Compute_Parts_AreNamedAndAveraged()
    {
        var m = Metrics;
        Assert.Equal(["a", "b"], m.ByBenchmark.Select(b => b.Name));
        Assert.Equal(0.75, m.ByBenchmark[0].Estimate.Value);
        Assert.Equal((0.75 + 0.125) / 2, m.MacroAverage!.Value, 1e-15);
        Assert.Equal(["level 1", "level 2", "level 3", "level 4"], m.ByLevel.Select(l => l.Name));
        Assert.Equal(0.5, Assert.Single(m.BySubject).Estimate.Value);
    }

    [Theory]
    [InlineData("r", 5)]
    [InlineData("w", 5)]
    [InlineData("r", 1)]
    [InlineData("rw", 3)]
    [InlineData("----", 2)]
    public void Compute_AwkwardResults_GiveFiniteNumbersAndWidths(string row, int problems)
    {
        var m = EvaluationMetrics.Compute(MeasuredResults.Of("m", [.. Enumerable.Repeat(row, problems)]));
        foreach (var e in m.PassAtK.Concat(m.MajorityAtK).Concat(m.Lengths).Select(e => e.Estimate).Append(m.Accuracy).Append(m.CutOff).Append(m.WithoutAnswer).Append(m.Reasons))
        {
            Assert.True(double.IsFinite(e.Value) && double.IsFinite(e.Interval.Low) && double.IsFinite(e.Interval.High));
            Assert.InRange(e.Value, e.Interval.Low - 1e-12, e.Interval.High + 1e-12);
        }
        Assert.True(m.Accuracy.Interval.High - m.Accuracy.Interval.Low > 0.1, "few problems cannot be certain");
    }
}
