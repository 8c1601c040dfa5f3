using System.Text.Json;
using W2SR.Core.Evaluation.Statistics;
using W2SR.Core.Tests.Infrastructure;
using static W2SR.Core.Tests.Oracles.StatisticsOracle;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Every case of correlations and of agreement between judges.</summary>
public sealed class AgreementOracleTests
{
    [SkippableFact]
    public void Agreement_EveryCase_IsTheOthers()
    {
        using var json = OracleData.Json("stats/agreement.json");
        foreach (var c in Cases(json, "correlations"))
        {
            var name = c.GetProperty("name").GetString()!;
            double[] x = Numbers(c.GetProperty("x")), y = Numbers(c.GetProperty("y"));
            var (pearson, spearman, kendall) = (Correlation.Pearson(x, y), Correlation.Spearman(x, y), Correlation.Kendall(x, y));
            Same(c.GetProperty("pearson"), pearson?.R, Sums, name);
            Same(c.GetProperty("pearson_p"), pearson?.P, Quantiles, name + " p");
            Same(c.GetProperty("spearman"), spearman?.R, Sums, name);
            Same(c.GetProperty("spearman_p_t"), spearman?.P, Quantiles, name + " p");
            Same(c.GetProperty("kendall_tau_b"), kendall?.TauB, Sums, name);
            Same(c.GetProperty("kendall_tau_c"), kendall?.TauC, Sums, name);
            Same(c.GetProperty("kendall_p_auto"), kendall?.P, Sums, name + " Kendall");
            Same(c.GetProperty("kendall_p_asymptotic"), kendall?.ApproximateP, Sums, name + " Kendall");
        }
        foreach (var c in Cases(json, "krippendorff"))
        {
            double?[][] ratings = [.. c.GetProperty("ratings").EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? (double?)null : v.GetDouble()).ToArray())];
            foreach (var metric in Enum.GetValues<KrippendorffMetric>())
                Same(c.GetProperty(metric.ToString().ToLowerInvariant()), Agreement.KrippendorffAlpha(ratings, metric), Sums, metric.ToString());
        }
        foreach (var c in Cases(json, "cohen"))
        {
            int[][] table = [.. c.GetProperty("table").EnumerateArray().Select(Integers)];
            Same(c.GetProperty("kappa"), Agreement.CohenKappa(table), Sums, "kappa");
            Same(c.GetProperty("linear"), Agreement.CohenKappa(table, KappaWeights.Linear), Sums, "linear");
            Same(c.GetProperty("quadratic"), Agreement.CohenKappa(table, KappaWeights.Quadratic), Sums, "quadratic");
            Same(c.GetProperty("std_kappa"), Agreement.CohenKappaError(table), Sums, "error");
        }
        foreach (var c in Cases(json, "fleiss"))
            Same(c.GetProperty("kappa"), Agreement.FleissKappa([.. c.GetProperty("counts").EnumerateArray().Select(Integers)]), Sums, "Fleiss");
    }
}
