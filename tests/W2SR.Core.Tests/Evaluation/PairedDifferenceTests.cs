using W2SR.Core.Evaluation;

namespace W2SR.Core.Tests.Evaluation;

public sealed class PairedDifferenceTests
{
    private static string[] Rows(string letters) => [.. letters.Select(c => c.ToString())];

    [Fact]
    public void Compute_OneSample_GivesMcNemarByHand()
    {
        // b = 5, c = 1: exact 2 (1 + 6) / 64, mid-p less 6 / 64.
        var d = PairedDifference.Compute(MeasuredResults.Of("a", Rows("rrrrrwrrww")), MeasuredResults.Of("b", Rows("wwwwwrrrww")));
        Assert.Equal(0.4, d.Point, 1e-15);
        Assert.Equal(14 / 64.0, d.McNemar!.Exact, 1e-15);
        Assert.Equal(8 / 64.0, d.PValue, 1e-15);
        Assert.Equal(14 / 64.0, d.SignFlip!.TwoSided, 1e-15);
        Assert.Equal(("a", "b", 10), (d.Left, d.Right, d.Problems));
        Assert.InRange(d.SmallestDetectable!.Value, 0.5, 0.8);
    }

    [Fact]
    public void Family_SeveralComparisons_AreCorrectedByHolm()
    {
        PairedDifference P(double p) => new(0.1, new Interval(0, 0.2)) { PValue = p };
        Assert.Equal([0.03, 0.06, 0.06], PairedDifference.Family([P(0.01), P(0.04), P(0.03)]).Select(d => d.AdjustedPValue!.Value), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Theory]
    [InlineData("prompt")]
    [InlineData("template")]
    [InlineData("verifier")]
    [InlineData("cut-off")]
    [InlineData("temperature")]
    [InlineData("samples per problem")]
    [InlineData("sampling")]
    [InlineData("problems")]
    public void Compute_NotMeasuredAlike_IsRefusedByNameOrForcedWithAWarning(string what)
    {
        var mine = MeasuredResults.Conditions;
        var other = what switch
        {
            "prompt" => mine with { Prompt = "Q: {problem}" },
            "template" => mine with { Template = null },
            "verifier" => mine with { Verifier = "math-1" },
            "cut-off" => mine with { Sampling = mine.Sampling with { MaxNewTokens = 512 } },
            "temperature" => mine with { Sampling = mine.Sampling with { Temperature = 0 } },
            "samples per problem" => mine with { Sampling = mine.Sampling with { SamplesPerProblem = 4 } },
            "sampling" => mine with { Sampling = mine.Sampling with { TopP = 0.9 } },
            _ => mine with { Problems = "other" },
        };
        EvaluationResult a = MeasuredResults.Of("a", Rows("rrrw")), b = MeasuredResults.Of("b", Rows("wrww"), other);
        var error = Assert.Throws<ArgumentException>(() => PairedDifference.Compute(a, b));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        var forced = PairedDifference.Compute(a, b, force: true);
        Assert.Contains(what, Assert.Single(forced.Warnings), StringComparison.Ordinal);
        Assert.Equal(0.5, forced.Point);
        Assert.Contains(what, Assert.Single(RgrMetric.Compute(b, a, a with { Conditions = other }, force: true).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Compute_OtherSeedOnly_IsAlike()
    {
        var other = MeasuredResults.Conditions with { Sampling = MeasuredResults.Conditions.Sampling with { Seed = 9 } };
        Assert.Empty(PairedDifference.Compute(MeasuredResults.Of("a", Rows("rw")), MeasuredResults.Of("b", Rows("ww"), other)).Warnings);
    }

    [Fact]
    public void Compute_ForcedOnOtherProblems_UsesTheSharedOnes()
    {
        EvaluationResult a = MeasuredResults.Of("a", Rows("rrrrww")), b = MeasuredResults.Of("b", Rows("wwww"));
        Assert.Throws<ArgumentException>(() => PairedDifference.Compute(a, b));
        var forced = PairedDifference.Compute(a, b, force: true);
        Assert.Equal((1.0, 4), (forced.Point, forced.Problems));
        Assert.Contains(forced.Warnings, w => w.Contains("4 problems", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("r", "r")]
    [InlineData("rrrr", "rrrr")]
    [InlineData("wwww", "wwww")]
    public void Compute_NothingDiffers_IsNoFinding(string left, string right)
    {
        var d = PairedDifference.Compute(MeasuredResults.Of("a", Rows(left)), MeasuredResults.Of("b", Rows(right)));
        Assert.Equal((0.0, 1.0), (d.Point, d.PValue));
        Assert.Null(d.SmallestDetectable);
    }
}
