using System.Text.Json;
using W2SR.Core.Evaluation;
using W2SR.Core.Evaluation.Statistics;
using W2SR.Core.Tests.Infrastructure;
using static W2SR.Core.Tests.Oracles.StatisticsOracle;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Every case of a ratio of paired differences, RGR among them.</summary>
public sealed class RatioOracleTests
{
    [SkippableFact]
    public void PairedRatio_EveryCase_HasTheSameFiellerSetAndDeltaInterval()
    {
        using var json = OracleData.Json("stats/ratio.json");
        foreach (var c in Cases(json))
        {
            var ratio = PairedRatio.Compute(Numbers(c.GetProperty("base")), Numbers(c.GetProperty("w2sr")), Numbers(c.GetProperty("rl")));
            foreach (var r in c.GetProperty("results").EnumerateArray())
            {
                var (level, student) = (r.GetProperty("level").GetDouble(), r.GetProperty("quantile").GetString() == "t");
                var what = $"{c.GetProperty("name")} {level} {r.GetProperty("quantile")}";
                Same(r.GetProperty("numerator"), ratio.Numerator, Sums, what);
                Same(r.GetProperty("denominator"), ratio.Denominator, Sums, what);
                Same(r.GetProperty("ratio"), ratio.Point, Sums, what);
                Same(r.GetProperty("var_numerator"), ratio.NumeratorVariance, Sums, what);
                Same(r.GetProperty("var_denominator"), ratio.DenominatorVariance, Sums, what);
                Same(r.GetProperty("covariance"), ratio.Covariance, Sums, what);
                Same(r.GetProperty("denominator_interval"), ratio.DenominatorInterval(level, student), Quantiles, what);
                if (r.TryGetProperty("delta_se", out var deltaError)) Same(deltaError, ratio.DeltaError, Sums, what);
                if (r.TryGetProperty("delta_interval", out var delta)) Same(delta, ratio.Delta(level, student), Quantiles, what);
                var set = ratio.Fieller(level, student);
                Assert.Equal(r.GetProperty("fieller_kind").GetString(), set.Kind.ToString().ToLowerInvariant());
                var ends = r.GetProperty("fieller");
                if (ends.ValueKind == JsonValueKind.Null)
                {
                    Assert.Null(set.Low);
                    continue;
                }
                Same(ends[0], set.Low, Quantiles, what + " Fieller low");
                Same(ends[1], set.High, Quantiles, what + " Fieller high");
            }
        }
    }

    [SkippableFact]
    public void Rgr_EveryPairedCase_HasTheSamePoint()
    {
        using var json = OracleData.Json("stats/ratio.json");
        var compared = 0;
        foreach (var item in Cases(json))
        {
            double[] w2sr = Numbers(item.GetProperty("w2sr")), before = Numbers(item.GetProperty("base")), rl = Numbers(item.GetProperty("rl"));
            var rgr = RgrMetric.Compute(before, w2sr, rl);
            if (rgr.Point is not { } point)
            {
                Assert.NotNull(rgr.UndefinedBecause);
                continue;
            }
            Same(item.GetProperty("results")[0].GetProperty("ratio"), point, Sums, "RGR");
            Assert.True(rgr.Interval!.Contains(point));
            compared++;
        }
        Assert.True(compared > 0);
    }
}
