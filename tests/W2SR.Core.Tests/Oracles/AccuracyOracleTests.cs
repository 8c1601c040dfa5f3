using System.Text.Json;
using W2SR.Core.Evaluation;
using W2SR.Core.Evaluation.Statistics;
using W2SR.Core.Tests.Infrastructure;
using static W2SR.Core.Tests.Oracles.StatisticsOracle;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Every case of what is said of one model: intervals of shares, pass@k, maj@k, errors of means.</summary>
public sealed class AccuracyOracleTests
{
    [SkippableFact]
    public void ProportionIntervals_EveryCase_AreStatsmodels()
    {
        using var json = OracleData.Json("stats/proportion_intervals.json");
        foreach (var c in Cases(json))
        {
            var (k, n, level) = (c.GetProperty("successes").GetInt32(), c.GetProperty("n").GetInt32(), c.GetProperty("level").GetDouble());
            foreach (var (name, compute) in new (string, Func<int, int, double, Interval>)[]
            {
                ("wilson", ProportionInterval.Wilson), ("clopper_pearson", ProportionInterval.ClopperPearson), ("wald", ProportionInterval.Wald),
                ("jeffreys", ProportionInterval.Jeffreys), ("agresti_coull", ProportionInterval.AgrestiCoull),
            })
                Same(c.GetProperty(name), compute(k, n, level), Quantiles, $"{name} {k}/{n} at {level}");
        }
    }

    [SkippableFact]
    public void PassAtK_EveryCase_IsExact()
    {
        using var json = OracleData.Json("stats/pass_at_k.json");
        foreach (var c in Cases(json))
        {
            var (n, right, k) = (c.GetProperty("n").GetInt32(), c.GetProperty("c").GetInt32(), c.GetProperty("k").GetInt32());
            Same(c.GetProperty("value"), PassAtK.Estimate(n, right, k), Sums, $"pass@{k} of {right}/{n}");
        }
        foreach (var c in Cases(json, "dataset"))
        {
            var problems = Integers(c.GetProperty("n")).Zip(Integers(c.GetProperty("c"))).Select(p => (p.First, p.Second)).ToArray();
            Same(c.GetProperty("mean"), PassAtK.Mean(problems, c.GetProperty("k").GetInt32()), Sums, "mean");
        }
    }

    [SkippableFact]
    public void MajorityVote_EveryCase_IsTheEnumeration()
    {
        using var json = OracleData.Json("stats/majority.json");
        static string?[] Answers(JsonElement c) => [.. c.GetProperty("answers").EnumerateArray().Select(a => a.GetString())];
        foreach (var c in Cases(json))
        {
            var (answers, correct, k) = (Answers(c), c.GetProperty("correct").GetString()!, c.GetProperty("k").GetInt32());
            Same(c.GetProperty("without_replacement"), MajorityVote.WithoutReplacement(answers, correct, k), Sums, $"{c}");
            Same(c.GetProperty("with_replacement"), MajorityVote.WithReplacement(answers, correct, k), Sums, $"{c}");
        }
        foreach (var c in Cases(json, "first_seen"))
        {
            var winner = MajorityVote.Winner(Answers(c));
            Assert.Equal(c.GetProperty("winner").GetString(), winner);
            Assert.Equal(c.GetProperty("is_correct").GetBoolean(), winner == c.GetProperty("correct").GetString());
        }
    }

    [SkippableFact]
    public void MeanError_EveryCase_IsStatsmodelsClusteredError()
    {
        using var json = OracleData.Json("stats/standard_errors.json");
        foreach (var c in Cases(json))
        {
            var name = c.GetProperty("name").GetString()!;
            var scores = c.TryGetProperty("scores", out var given)
                ? Numbers(given)
                : [.. Numbers(c.GetProperty("a")).Zip(Numbers(c.GetProperty("b")), (a, b) => a - b)];
            var error = MeanError.Compute(scores, Integers(c.GetProperty("cluster")));
            Assert.Equal(c.GetProperty("clusters").GetInt32(), error.Clusters);
            Same(c.GetProperty("mean"), error.Mean, Sums, name);
            Same(c.GetProperty("se_iid"), error.Iid, Sums, name);
            Same(c.GetProperty("se_cr0"), error.Cr0, Sums, name);
            Same(c.GetProperty("se_cr1"), error.Cr1, Sums, name);
            Same(c.GetProperty("se_miller"), error.Miller, Sums, name);
            if (c.TryGetProperty("se_binomial", out var binomial) && binomial.ValueKind != JsonValueKind.Null)
                Same(binomial, Math.Sqrt(error.Mean * (1 - error.Mean) / error.Count), Sums, name + " binomial");
            Same(c.GetProperty("mean_of_cluster_means"), error.MeanOfClusterMeans, Sums, name);
            Same(c.GetProperty("se_of_cluster_means"), error.ErrorOfClusterMeans, Sums, name);
            Same(c.GetProperty("design_effect"), error.DesignEffect, Sums, name);
            Same(c.GetProperty("ci95_cr1_normal"), error.NormalInterval(), Quantiles, name);
            Same(c.GetProperty("ci95_cr1_t"), error.StudentInterval(), Quantiles, name);
        }
    }
}
