using System.Text.Json;
using TorchSharp;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Advantages, objectives, gradients and sampler corrections of TRL's GRPOTrainer. The whole runs are in GrpoRunOracleTests.</summary>
public sealed partial class GrpoOracleTests
{
    [SkippableFact]
    public void GroupAdvantages_EveryCase_AreTrls()
    {
        using var json = OracleData.Json("grpo/advantages.json");
        var compared = 0;
        foreach (var item in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            var name = $"{item.GetProperty("name")} {item.GetProperty("scale_rewards")} {item.GetProperty("multi_objective_aggregation")}";
            var rewards = item.GetProperty("rewards").EnumerateArray().Select(Numbers).ToArray();
            var weights = Numbers(item.GetProperty("reward_weights"));
            var actual = GroupAdvantages.Compute(rewards, weights, item.GetProperty("num_generations").GetInt32(),
                Scaling(item.GetProperty("scale_rewards").GetString()), Aggregation(item.GetProperty("multi_objective_aggregation").GetString()));
            // TRL computes in float32, where a large offset leaves fewer digits (README beside the file).
            var tolerance = item.GetProperty("name").GetString() == "large-offset" ? 1e-4 : 1e-5;
            Close(Numbers(item.GetProperty("advantages")), actual, tolerance, name);
            compared++;
        }
        Assert.True(compared > 0);
    }

    [SkippableTheory]
    [InlineData(ScalarType.Float64, 1e-12, 1e-12)]
    [InlineData(ScalarType.Float32, 1e-6, 1e-6)]
    public void PolicyLoss_EveryCase_HasTrlsValueGradientAndMetrics(ScalarType type, double lossTolerance, double gradientTolerance)
    {
        using var json = OracleData.Json("grpo/losses.json");
        var inputs = json.RootElement.GetProperty("inputs");
        var compared = 0;
        foreach (var item in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var name = $"{item.GetProperty("name")} {type}";
            var tensors = Tensors(item, inputs.GetProperty(item.GetProperty("inputs").GetString()!), type);
            var (loss, metrics) = new PolicyLoss(LossOptions(item)).Compute(tensors, Scale(item, tensors.LossMask));
            loss.backward();
            var expected = item.GetProperty("loss").GetDouble();
            Assert.True(Math.Abs(expected - loss.ToDouble()) <= lossTolerance * Math.Max(1, Math.Abs(expected)), $"{name}: loss {loss.ToDouble()} against {expected}");
            CloseRelative(Rows(item.GetProperty("grad")), Flat(tensors.LogProbs.grad!), gradientTolerance, name + " gradient");
            if (item.TryGetProperty("grad_entropies", out var entropies)) CloseRelative(Rows(entropies), Flat(tensors.Entropies!.grad!), gradientTolerance, name + " gradient of entropies");
            foreach (var metric in item.GetProperty("metrics").EnumerateObject())
            {
                double value = Number(metric.Value), actual = Metric(metrics, item, metric.Name) ?? double.NaN;
                Assert.True(Math.Abs(value - actual) <= 1e-6 * Math.Max(1, Math.Abs(value)), $"{name}: {metric.Name} {actual} against {value}");
            }
            compared++;
        }
        Assert.True(compared > 0);
    }

    [SkippableFact]
    public void SamplerCorrection_EveryCase_HasTrlsRatios()
    {
        using var json = OracleData.Json("grpo/corrections.json");
        using var losses = OracleData.Json("grpo/losses.json");
        var input = losses.RootElement.GetProperty("inputs").GetProperty("A");
        var compared = 0;
        foreach (var item in json.RootElement.GetProperty("sampler").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            Tensor sampler = Table(input, "sampling_per_token_logps", ScalarType.Float64), mask = Table(input, "completion_mask", ScalarType.Float64);
            if (item.GetProperty("tool_mask").GetBoolean()) mask = mask * Table(input, "tool_mask", ScalarType.Float64);
            foreach (var place in item.GetProperty("none_at").EnumerateArray()) sampler[place[0].GetInt32(), place[1].GetInt32()] = double.NaN;
            var ratio = SamplerCorrection.Ratio(Table(input, "old_per_token_logps", ScalarType.Float64), sampler, mask, new SamplerCorrectionOptions
            {
                Mode = Mode(item.GetProperty("mode").GetString()),
                Min = Optional(item, "clip_min"),
                Max = Optional(item, "clip_max"),
            });
            Close(Rows(item.GetProperty("ratio")), Flat(ratio), 1e-6, $"{item.GetProperty("mode")} {compared}");
            compared++;
        }
        Assert.True(compared > 0);
    }

    private static PolicyTensors Tensors(JsonElement item, JsonElement input, ScalarType type)
    {
        var names = item.GetProperty("with").EnumerateArray().Select(n => n.GetString()!).ToHashSet();
        Tensor? Given(string name) => names.Contains(name) ? Table(input, name, type) : null;
        var mask = Table(input, "completion_mask", type);
        var isEntropyTrained = item.TryGetProperty("grad_entropies", out _);
        return new PolicyTensors
        {
            LogProbs = Table(input, "per_token_logps", type).requires_grad_(),
            OldLogProbs = Given("old_per_token_logps"),
            ReferenceLogProbs = Given("ref_per_token_logps"),
            Entropies = Table(input, "entropies", type).requires_grad_(isEntropyTrained),
            Advantages = Given("advantages_per_token") ?? tensor(Numbers(input.GetProperty("advantages"))).to(type),
            LossMask = Given("tool_mask") is { } tools ? mask * tools : mask,
            SamplerLogProbs = Given("sampling_per_token_logps"),
            SamplerRatio = item.TryGetProperty("use_vllm", out var v) && v.GetBoolean()
                ? Given("importance_sampling_ratio_token") ?? Given("importance_sampling_ratio_sequence")
                : null,
        };
    }

    /// <summary>A case's options; a field that nobody here understands fails the test, so that none is passed over.</summary>
    private static PolicyLossOptions LossOptions(JsonElement item)
    {
        var options = new PolicyLossOptions { Type = LossType(item.GetProperty("loss_type").GetString()) };
        double? high = null;
        foreach (var field in item.EnumerateObject())
        {
            var value = field.Value;
            options = field.Name switch
            {
                "importance_sampling_level" => options with { RatioLevel = Level(value.GetString()) },
                "epsilon" => options with { ClipLow = value.GetDouble() },
                "beta" => options with { Beta = value.GetDouble() },
                "use_bias_correction_kl" => options with { CorrectKl = value.GetBoolean() },
                "delta" => options with { RatioCap = value.ValueKind == JsonValueKind.Null ? null : value.GetDouble() },
                "top_entropy_quantile" => options with { TopEntropyShare = value.GetDouble() },
                "entropy_coef" => options with { EntropyBonus = value.GetDouble() },
                "off_policy_mask_threshold" => options with { OffPolicyThreshold = value.GetDouble() },
                "sapo_temperature_pos" => options with { Sapo = options.Sapo with { PositiveTemperature = value.GetDouble() } },
                "sapo_temperature_neg" => options with { Sapo = options.Sapo with { NegativeTemperature = value.GetDouble() } },
                "vespo_k_pos" => options with { Vespo = options.Vespo with { PositiveK = value.GetDouble() } },
                "vespo_k_neg" => options with { Vespo = options.Vespo with { NegativeK = value.GetDouble() } },
                "vespo_lambda_pos" => options with { Vespo = options.Vespo with { PositiveLambda = value.GetDouble() } },
                "vespo_lambda_neg" => options with { Vespo = options.Vespo with { NegativeLambda = value.GetDouble() } },
                "name" or "inputs" or "with" or "loss_type" or "num_items_in_batch" or "loss" or "loss_float32" or "grad" or "grad_float32_gap" or "grad_entropies"
                    or "metrics" or "epsilon_high" or "gradient_accumulation_steps" or "steps_per_generation" or "eval" or "max_completion_length" or "use_vllm"
                    or "vllm_importance_sampling_mode" => options,
                _ => throw new InvalidDataException($"{item.GetProperty("name")}: field '{field.Name}' is not understood here."),
            };
            if (field.Name == "epsilon_high" && value.ValueKind != JsonValueKind.Null) high = value.GetDouble();
        }
        return options with { ClipHigh = high ?? options.ClipLow };
    }

    private static PolicyLossScale Scale(JsonElement item, Tensor mask)
    {
        double Value(string name, double otherwise) => item.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.Number ? v.GetDouble() : otherwise;
        var isTraining = !(item.TryGetProperty("eval", out var eval) && eval.GetBoolean());
        var accumulation = isTraining ? Value("gradient_accumulation_steps", 1) : 1;
        // TRL's steps_per_generation is its accumulation unless it is set.
        var generation = isTraining ? Value("steps_per_generation", accumulation) : 1;
        return new PolicyLossScale(mask.shape[0] * accumulation, Math.Max(1, Value("num_items_in_batch", 0)) * accumulation / generation,
            Value("max_completion_length", mask.shape[1]), 1 / accumulation);
    }

    private static double? Metric(PolicyLossMetrics metrics, JsonElement item, string name) => name switch
    {
        "entropy" => metrics.Entropy,
        "kl" => metrics.Kl,
        "clip_ratio/low_mean" => metrics.ClippedLow,
        "clip_ratio/high_mean" or "cispo_clip_ratio" => metrics.ClippedHigh,
        "clip_ratio/region_mean" => metrics.Clipped,
        "clip_ratio/low_min" => metrics.ClippedLowMin,
        "clip_ratio/high_max" => metrics.ClippedHighMax,
        "vespo/phi_seq_mean" => metrics.SequenceWeight,
        // Logged before the types that average within the micro-batch divide by the accumulation steps.
        "policy_loss" => metrics.PolicyLoss * (item.GetProperty("loss_type").GetString() is "dapo" or "cispo" or "vespo" ? 1 : 1 / Scale(item, zeros(1, 1)).Share),
        "entropy_coef" => item.GetProperty("entropy_coef").GetDouble(),
        _ => throw new InvalidDataException($"Metric '{name}' is not understood here."),
    };

    internal static PolicyLossType LossType(string? name) => name switch
    {
        "grpo" => PolicyLossType.Grpo,
        "bnpo" => PolicyLossType.Bnpo,
        "dr_grpo" => PolicyLossType.DrGrpo,
        "dapo" => PolicyLossType.Dapo,
        "cispo" => PolicyLossType.Cispo,
        "sapo" => PolicyLossType.Sapo,
        "luspo" => PolicyLossType.Luspo,
        "vespo" => PolicyLossType.Vespo,
        _ => throw new InvalidDataException($"Loss type '{name}'."),
    };

    internal static RatioLevel Level(string? name) => name == "sequence" ? RatioLevel.Sequence : RatioLevel.Token;

    private static SamplerCorrectionMode Mode(string? name) => Enum.Parse<SamplerCorrectionMode>(name!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    internal static AdvantageScaling Scaling(string? name) => Enum.Parse<AdvantageScaling>(name!, ignoreCase: true);

    internal static RewardAggregation Aggregation(string? name) => Enum.Parse<RewardAggregation>(name!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    private static double? Optional(JsonElement item, string name) => item.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    internal static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble();

    private static double[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(Number)];

    private static double[] Rows(JsonElement rows) => [.. rows.EnumerateArray().SelectMany(Numbers)];

    private static Tensor Table(JsonElement input, string name, ScalarType type) => tensor(Rows(input.GetProperty(name))).to(type).view(input.GetProperty(name).GetArrayLength(), -1);

    private static double[] Flat(Tensor values) => values.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();

    private static void Close(double[] expected, double[] actual, double tolerance, string name)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{name}: {actual[i]} against {expected[i]} at {i}");
    }

    /// <summary>Absolutely close, or relatively where the expected numbers are large.</summary>
    private static void CloseRelative(double[] expected, double[] actual, double tolerance, string name) =>
        Close(expected, actual, tolerance * Math.Max(1, expected.Max(Math.Abs)), name);
}
