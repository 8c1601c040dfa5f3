using W2SR.Core.Evaluation.Statistics;
using W2SR.Core.Tests.Infrastructure;
using static W2SR.Core.Tests.Oracles.StatisticsOracle;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Every case of the functions that the others rest on, and of the estimators of a divergence.</summary>
public sealed class DistributionOracleTests
{
    [SkippableFact]
    public void KlEstimators_EverySample_AreTheFormulas()
    {
        using var json = OracleData.Json("stats/kl_estimators.json");
        var samples = json.RootElement.GetProperty("samples");
        double[] policy = Numbers(samples.GetProperty("logp_policy")), reference = Numbers(samples.GetProperty("logp_reference"));
        Func<double, double, (double Value, double Derivative)>[] estimators = [KlEstimator.K1, KlEstimator.K2, KlEstimator.K3];
        for (var e = 0; e < estimators.Length; e++)
            for (var i = 0; i < policy.Length; i++)
            {
                var (value, derivative) = estimators[e](policy[i], reference[i]);
                Same(samples.GetProperty($"k{e + 1}")[i], value, Sums, $"k{e + 1}");
                Same(samples.GetProperty($"d_k{e + 1}")[i], derivative, Sums, $"k{e + 1}'");
            }
        var categorical = json.RootElement.GetProperty("categorical");
        double[] p = Numbers(categorical.GetProperty("policy")), q = Numbers(categorical.GetProperty("reference"));
        Same(categorical.GetProperty("kl"), KlEstimator.Exact(p, q), Sums, "KL");
        for (var e = 0; e < estimators.Length; e++)
            Same(categorical.GetProperty($"expected_k{e + 1}"), p.Select((w, i) => w * estimators[e](Math.Log(w), Math.Log(q[i])).Value).Sum(), Sums, $"expected k{e + 1}");
    }

    [SkippableFact]
    public void SpecialFunctions_EveryCase_AreScipys()
    {
        using var json = OracleData.Json("stats/special_functions.json");
        void Each(string name, double tolerance, Func<double[], double> compute)
        {
            foreach (var row in Cases(json, name))
            {
                var numbers = Numbers(row);
                if (numbers[^1] == 0) Assert.Equal(0, compute(numbers), Sums);
                else SameRelative(numbers[^1], compute(numbers), Quantiles, $"{name} {row}");
                if (tolerance == Sums) Same(row[numbers.Length - 1], compute(numbers), Sums, $"{name} {row}"); // and tails to 9 digits, above
            }
        }
        Each("norm_ppf", Quantiles, v => NormalDistribution.Quantile(v[0]));
        Each("norm_cdf", Sums, v => NormalDistribution.Cdf(v[0]));
        Each("erf", Sums, v => NormalDistribution.Erf(v[0]));
        Each("log_gamma", Sums, v => GammaFunction.Log(v[0]));
        Each("t_ppf", Quantiles, v => StudentDistribution.Quantile(v[0], v[1]));
        Each("t_cdf", Sums, v => StudentDistribution.Cdf(v[0], v[1]));
        Each("beta_inc", Sums, v => BetaFunction.Regularized(v[0], v[1], v[2]));
        Each("beta_inc_inverse", Quantiles, v => BetaFunction.Inverse(v[0], v[1], v[2]));
        Each("chi2_sf", Sums, v => GammaFunction.ChiSquaredTail(v[0], v[1]));
        Each("binom_cdf", Sums, v => BetaFunction.BinomialCdf((int)v[0], (int)v[1], v[2]));
    }
}
