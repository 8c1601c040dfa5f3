using W2SR.Core.Evaluation;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Intervals, pass@k and RGR of scipy, statsmodels and exact enumeration.</summary>
public sealed class StatisticsOracleTests
{
    [SkippableFact]
    public void Wilson_EveryCaseAt95Percent_IsStatsmodels()
    {
        using var json = OracleData.Json("stats/proportion_intervals.json");
        var compared = 0;
        foreach (var item in json.RootElement.GetProperty("cases").EnumerateArray().Where(c => c.GetProperty("level").GetDouble() == 0.95))
        {
            var interval = ProportionInterval.Wilson(item.GetProperty("successes").GetInt32(), item.GetProperty("n").GetInt32());
            Assert.Equal(item.GetProperty("wilson")[0].GetDouble(), interval.Low, 1e-9);
            Assert.Equal(item.GetProperty("wilson")[1].GetDouble(), interval.High, 1e-9);
            compared++;
        }
        Assert.True(compared > 0);
    }

    [SkippableFact]
    public void PassAtK_EveryCase_IsExact()
    {
        using var json = OracleData.Json("stats/pass_at_k.json");
        var compared = 0;
        foreach (var item in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            Assert.Equal(item.GetProperty("value").GetDouble(), PassAtK.Estimate(item.GetProperty("n").GetInt32(), item.GetProperty("c").GetInt32(), item.GetProperty("k").GetInt32()), 1e-12);
            compared++;
        }
        Assert.True(compared > 0);
    }

    [SkippableFact]
    public void Rgr_EveryPairedCase_HasTheSamePoint()
    {
        using var json = OracleData.Json("stats/ratio.json");
        var compared = 0;
        foreach (var item in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            double[] Scores(string name) => [.. item.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
            double[] w2sr = Scores("w2sr"), before = Scores("base"), rl = Scores("rl");
            var rgr = RgrMetric.Compute(before, w2sr, rl);
            if (rgr.Point is not { } point)
            {
                Assert.NotNull(rgr.UndefinedBecause);
                continue;
            }
            Assert.Equal((w2sr.Average() - before.Average()) / (rl.Average() - before.Average()), point, 1e-12);
            Assert.True(rgr.Interval!.Contains(point));
            compared++;
        }
        Assert.True(compared > 0);
    }
}
