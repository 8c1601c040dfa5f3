using System.Text.Json;
using TorchSharp;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;
using static TorchSharp.torch;

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
            var tolerance = Math.Abs(summed.Where(r => !double.IsNaN(r)).DefaultIfEmpty(0).Max(Math.Abs)) > 100 ? 1e-4 : 1e-5;
            for (var i = 0; i < expected.Length; i++)
                Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{item.GetProperty("name")} {scaling}: {expected[i]} against {actual[i]} at {i}");
            compared++;
        }
        Assert.True(compared > 0);
    }

    [SkippableFact]
    public void PolicyLoss_CasesWithinItsOptions_HaveTrlsLossAndGradient()
    {
        using var json = OracleData.Json("grpo/losses.json");
        var inputs = json.RootElement.GetProperty("inputs");
        var compared = 0;
        foreach (var item in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (Options(item) is not { } options) continue;
            var names = item.GetProperty("with").EnumerateArray().Select(n => n.GetString()!).ToHashSet();
            var input = inputs.GetProperty(item.GetProperty("inputs").GetString()!);
            using var scope = NewDisposeScope();
            Tensor Rows(string name) => tensor(input.GetProperty(name).EnumerateArray().SelectMany(r => r.EnumerateArray().Select(Number)).ToArray()).view(input.GetProperty(name).GetArrayLength(), -1);
            Tensor logProbs = Rows("per_token_logps").requires_grad_(), mask = Rows("completion_mask");
            var (loss, _, _) = PolicyLoss.Compute(logProbs, names.Contains("old_per_token_logps") ? Rows("old_per_token_logps") : null,
                names.Contains("ref_per_token_logps") ? Rows("ref_per_token_logps") : null,
                tensor(input.GetProperty("advantages").EnumerateArray().Select(Number).ToArray()), mask, options, (int)mask.shape[0], (int)mask.sum().ToDouble());
            loss.backward();
            Assert.Equal(item.GetProperty("loss").GetDouble(), loss.ToDouble(), 1e-9);
            var gradient = logProbs.grad!.data<double>().ToArray();
            var expected = item.GetProperty("grad").EnumerateArray().SelectMany(r => r.EnumerateArray().Select(Number)).ToArray();
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], gradient[i], 1e-9);
            compared++;
        }
        Assert.True(compared > 0);
    }

    /// <summary>A case's options, or null when it uses what this version does not offer.</summary>
    private static PolicyLossOptions? Options(JsonElement item)
    {
        string[] notOptions = ["name", "inputs", "with", "num_items_in_batch", "loss", "loss_float32", "grad", "grad_float32_gap", "grad_entropies", "metrics"];
        string[] understood = ["loss_type", "epsilon", "epsilon_high", "beta", "use_bias_correction_kl"];
        string[] inputs = ["old_per_token_logps", "ref_per_token_logps"];
        var names = item.EnumerateObject().Select(p => p.Name).Except(notOptions);
        if (names.Except(understood).Any() || item.GetProperty("with").EnumerateArray().Any(n => !inputs.Contains(n.GetString()))) return null;
        double Value(string name, double otherwise) => item.TryGetProperty(name, out var v) ? v.GetDouble() : otherwise;
        var beta = Value("beta", 0);
        if (beta > 0 && !(item.TryGetProperty("use_bias_correction_kl", out var corrected) && !corrected.GetBoolean())) return null;
        var low = Value("epsilon", 0.2);
        PolicyLossType? type = item.GetProperty("loss_type").GetString() switch { "grpo" => PolicyLossType.Grpo, "dapo" => PolicyLossType.Dapo, _ => null };
        return type is null ? null : new PolicyLossOptions { Type = type.Value, ClipLow = low, ClipHigh = Value("epsilon_high", low), Beta = beta };
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble();
}
