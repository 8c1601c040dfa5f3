using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Evaluation;

public sealed class RgrMetricTests
{
    private static double[] Scores(int right, int total) => [.. Enumerable.Range(0, total).Select(i => i < right ? 1.0 : 0)];

    [Fact]
    public void Compute_ByHand_IsTheShareOfTheGain()
    {
        // (0.85 - 0.40) / (0.90 - 0.40) = 0.9
        var rgr = RgrMetric.Compute(Scores(40, 100), Scores(85, 100), Scores(90, 100));
        Assert.Equal(0.9, rgr.Point!.Value, 1e-12);
        Assert.Null(rgr.UndefinedBecause);
        Assert.InRange(rgr.Interval!.Low, 0.7, 0.9);
    }

    [Fact]
    public void Compute_RlNotAboveBaseline_IsUndefinedWithReason()
    {
        var rgr = RgrMetric.Compute(Scores(50, 100), Scores(80, 100), Scores(50, 100));
        Assert.Null(rgr.Point);
        Assert.Contains("did not raise", rgr.UndefinedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void Compute_GainThatMayBeChance_IsUndefinedWithReason()
    {
        var rgr = RgrMetric.Compute([1, 0, 1, 0, 0, 0], [1, 1, 1, 1, 0, 0], [0, 1, 1, 0, 1, 0]);
        Assert.Null(rgr.Point);
        Assert.Contains("cannot be told from zero", rgr.UndefinedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void Compute_SameSeed_GivesTheSameInterval() =>
        Assert.Equal(RgrMetric.Compute(Scores(40, 100), Scores(70, 100), Scores(90, 100), 3), RgrMetric.Compute(Scores(40, 100), Scores(70, 100), Scores(90, 100), 3));

    [Fact]
    public void Compute_ResultsNotMeasuredAlike_AreRefused()
    {
        EvaluationResult Result(string name, string conditions) =>
            new(name, new EvaluationConditions { Problems = conditions, Sampling = new(), Verifier = "v" }, [new EvaluatedSample("p", 0, VerdictOutcome.Correct, FinishReason.Stop, 3, true)]);
        var error = Assert.Throws<ArgumentException>(() => RgrMetric.Compute(Result("a", "x"), Result("b", "y"), Result("c", "x")));
        Assert.Contains("not measured alike", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AccuracyInterval_PassAt1_IsWilsonByHand()
    {
        // 8 of 10, z = 1.959964: (0.8 + 0.19207) / 1.38415 -+ 1.41597 * sqrt(0.016 + 0.0096037) = 0.49016 to 0.94331
        var samples = Enumerable.Range(0, 10).Select(i => new EvaluatedSample($"{i}", 0, i < 8 ? VerdictOutcome.Correct : VerdictOutcome.Incorrect, FinishReason.Stop, 1, false));
        var interval = new EvaluationResult("m", new EvaluationConditions { Problems = "c", Sampling = new(), Verifier = "v" }, [.. samples]).AccuracyInterval();
        Assert.Equal(0.49016, interval.Low, 1e-5);
        Assert.Equal(0.94331, interval.High, 1e-5);
    }

    [Theory]
    [InlineData(4, 2, 2, 1 - 1.0 / 6)]
    [InlineData(5, 0, 3, 0)]
    [InlineData(5, 3, 3, 1)]
    public void PassAtK_ByHand(int n, int c, int k, double expected) => Assert.Equal(expected, PassAtK.Estimate(n, c, k), 1e-12);

    [Fact]
    public void Compute_Defined_CarriesBcaAndFiellerBesideThePercentiles()
    {
        var rgr = RgrMetric.Compute(Scores(40, 100), Scores(85, 100), Scores(90, 100));
        Assert.Equal(100, rgr.Problems);
        Assert.True(rgr.Bca!.Contains(0.9) && rgr.Fieller!.Contains(0.9));
        Assert.Equal(rgr.Interval!.Low, rgr.Fieller!.Low!.Value, 0.05);
        Assert.Equal(rgr.Interval.High, rgr.Bca.High, 0.05);
    }

    [Fact]
    public void Compute_Undefined_StillShowsWhatFiellerLeavesOpen()
    {
        var rgr = RgrMetric.Compute(Scores(50, 100), Scores(80, 100), Scores(50, 100));
        Assert.Null(rgr.Bca);
        Assert.NotEqual(W2SR.Core.Evaluation.Statistics.FiellerKind.Bounded, rgr.Fieller!.Kind);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 1)]
    [InlineData(5, 5)]
    [InlineData(0, 5)]
    public void Compute_OneProblemOrAllAlike_IsUndefinedNeverNaN(int right, int total)
    {
        var rgr = RgrMetric.Compute(Scores(right, total), Scores(right, total), Scores(right, total));
        Assert.Null(rgr.Point);
        Assert.NotNull(rgr.UndefinedBecause);
        Assert.DoesNotContain("NaN", rgr.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void PerformanceGapRecovered_ByHand_StartsFromTheTeacher()
    {
        string[] Rows(int right) => [.. Enumerable.Range(0, 100).Select(i => i < right ? "r" : "w")];
        var pgr = RgrMetric.PerformanceGapRecovered(MeasuredResults.Of("teacher", Rows(50)), MeasuredResults.Of("student", Rows(80)), MeasuredResults.Of("ceiling", Rows(90)));
        Assert.Equal(0.75, pgr.Point!.Value, 1e-12);
        var none = RgrMetric.PerformanceGapRecovered(MeasuredResults.Of("teacher", Rows(95)), MeasuredResults.Of("student", Rows(80)), MeasuredResults.Of("ceiling", Rows(90)));
        Assert.Contains("weak model", none.UndefinedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void ByBenchmark_TwoOfThem_GivesEachAndThePool()
    {
        EvaluatedProblem Problem(int p) => new($"p{p}", p < 100 ? "easy" : "hard", null, null);
        string[] Rows(int easy, int hard) => [.. Enumerable.Range(0, 200).Select(i => (i < 100 ? i < easy : i - 100 < hard) ? "r" : "w")];
        var rows = RgrMetric.ByBenchmark(MeasuredResults.Of("b", Rows(40, 10), problem: Problem), MeasuredResults.Of("w", Rows(80, 10), problem: Problem), MeasuredResults.Of("rl", Rows(90, 10), problem: Problem));
        Assert.Equal(["easy", "hard", "pooled"], rows.Select(r => r.Benchmark));
        Assert.Equal(0.8, rows[0].Rgr.Point!.Value, 1e-12);
        Assert.Null(rows[1].Rgr.Point);
        Assert.Equal(0.8, rows[2].Rgr.Point!.Value, 1e-12);
    }
}
