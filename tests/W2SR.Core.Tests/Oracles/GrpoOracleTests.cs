using System.Text.Json;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Advantages of TRL's GRPOTrainer for rewards that are summed before they are normalised.</summary>
public sealed class GrpoOracleTests
{
    [SkippableFact]
    public void GroupAdvantages_SummedRewards_AreTrls()
    {
        using var json = OracleData.Json("grpo/advantages.json");
        var cases = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement : json.RootElement.GetProperty("cases");
        var compared = 0;
        foreach (var item in cases.EnumerateArray())
        {
            if (item.GetProperty("multi_objective_aggregation").GetString() != "sum_then_normalize") continue;
            var weights = item.GetProperty("reward_weights").EnumerateArray().Select(v => v.GetDouble()).ToArray();
            var rewards = item.GetProperty("rewards").EnumerateArray().Select(f => f.EnumerateArray().Select(Number).ToArray()).ToArray();
            var summed = Enumerable.Range(0, rewards[0].Length).Select(i => rewards.All(f => double.IsNaN(f[i]))
                ? double.NaN
                : Enumerable.Range(0, rewards.Length).Sum(f => double.IsNaN(rewards[f][i]) ? 0 : weights[f] * rewards[f][i])).ToArray();
            var scaling = item.GetProperty("scale_rewards").GetString() switch
            {
                "group" => AdvantageScaling.Group,
                "batch" => AdvantageScaling.Batch,
                _ => AdvantageScaling.None,
            };
            var expected = item.GetProperty("advantages").EnumerateArray().Select(Number).ToArray();
            var actual = GroupAdvantages.Compute(summed, item.GetProperty("num_generations").GetInt32(), scaling);
            // TRL computes in float32, where a large offset leaves fewer digits (README beside the file).
            var tolerance = Math.Abs(summed.Where(r => !double.IsNaN(r)).DefaultIfEmpty(0).Max(Math.Abs)) > 100 ? 1e-3 : 1e-4;
            for (var i = 0; i < expected.Length; i++)
                Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{item.GetProperty("name")} {scaling}: {expected[i]} against {actual[i]} at {i}");
            compared++;
        }
        Assert.True(compared > 0);
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble();
}
