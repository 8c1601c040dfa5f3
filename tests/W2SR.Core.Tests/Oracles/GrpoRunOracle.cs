using System.Text.Json;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;

namespace W2SR.Core.Tests.Oracles;

/// <summary>One stored ten-step run of TRL's GRPOTrainer: its options as ours, and its micro-batches as it cut them.</summary>
internal sealed class GrpoRunOracle
{
    private readonly JsonElement options;
    private readonly Dictionary<int, PolicySample?[]> generations = [];
    private readonly int end, pad;

    public GrpoRunOracle(string folder)
    {
        Folder = folder;
        var root = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "run.json"))).RootElement;
        options = root.GetProperty("options");
        Steps = [.. root.GetProperty("steps").EnumerateArray()];
        Generations = [.. root.GetProperty("generations").EnumerateArray()];
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "..", "model-qwen2", "config.json")));
        (end, pad) = (config.RootElement.GetProperty("eos_token_id").GetInt32(), config.RootElement.GetProperty("pad_token_id").GetInt32());
    }

    public string Folder { get; }

    public int EndId => end;

    public JsonElement[] Steps { get; }

    public JsonElement[] Generations { get; }

    public bool IsLora => Directory.Exists(Path.Combine(Folder, "adapter-initial"));

    public int GroupSize => Int("num_generations");

    public double LearningRate => Number("learning_rate");

    public double Temperature => Number("temperature");

    /// <summary>TRL takes ratios to the weights of the step itself where each generation is used up within one optimizer step.</summary>
    public bool IsOnPolicy => Int("gradient_accumulation_steps") % (Int("steps_per_generation") * Int("num_iterations")) == 0;

    public LearningRateSchedule Schedule => new(options.GetProperty("lr_scheduler_type").GetString() switch
    {
        "linear" => LearningRateSchedule.Kind.Linear,
        "cosine" => LearningRateSchedule.Kind.Cosine,
        "constant" => LearningRateSchedule.Kind.Constant,
        "constant_with_warmup" => LearningRateSchedule.Kind.ConstantWithWarmup,
        var other => throw new InvalidDataException($"Schedule '{other}'."),
    }, Int("max_steps"), Int("warmup_steps"), 0);

    public AdamWOptions AdamW => new()
    {
        Beta1 = Number("adam_beta1"),
        Beta2 = Number("adam_beta2"),
        Epsilon = Number("adam_epsilon"),
        WeightDecay = Number("weight_decay"),
    };

    public PolicyLossOptions Loss => new()
    {
        Type = GrpoOracleTests.LossType(options.GetProperty("loss_type").GetString()),
        RatioLevel = GrpoOracleTests.Level(options.GetProperty("importance_sampling_level").GetString()),
        ClipLow = Number("epsilon"),
        ClipHigh = Optional("epsilon_high") ?? Number("epsilon"),
        RatioCap = Optional("delta"),
        Beta = Number("beta"),
        CorrectKl = options.GetProperty("use_bias_correction_kl").GetBoolean(),
        EntropyBonus = Number("entropy_coef"),
        TopEntropyShare = Number("top_entropy_quantile"),
    };

    public double MaxGradientNorm => Number("max_grad_norm");

    /// <summary>Advantages of one generation by our code, from its stored rewards.</summary>
    public double[] Advantages(int generation)
    {
        var rewards = Generations[generation].GetProperty("rewards").EnumerateObject().Select(f => f.Value.EnumerateArray().Select(GrpoOracleTests.Number).ToArray()).ToArray();
        var weights = options.GetProperty("reward_weights").EnumerateArray().Select(w => w.GetDouble()).ToArray();
        return GroupAdvantages.Compute(rewards, weights, GroupSize, GrpoOracleTests.Scaling(options.GetProperty("scale_rewards").GetString()),
            GrpoOracleTests.Aggregation(options.GetProperty("multi_objective_aggregation").GetString()));
    }

    /// <summary>The micro-batches of a step; log-probs of a generation are scored when it is first met, as TRL does right after generating.</summary>
    public List<PolicyMicroBatch> MicroBatches(int step, PolicyUpdate update)
    {
        double accumulation = Int("gradient_accumulation_steps"), generationSteps = Int("steps_per_generation");
        var result = new List<PolicyMicroBatch>();
        foreach (var rows in Steps[step].GetProperty("rows").EnumerateArray())
        {
            var all = Samples(rows.GetProperty("generation").GetInt32(), update);
            var indices = rows.GetProperty("indices").EnumerateArray().Select(i => i.GetInt32()).ToArray();
            var tokens = all.Sum(s => s?.Example.ResponseIds.Length ?? 0);
            result.Add(new PolicyMicroBatch([.. indices.Select(i => all[i]).OfType<PolicySample>()], new PolicyLossScale(
                indices.Length * accumulation, Math.Max(1, tokens) * accumulation / generationSteps, Int("max_completion_length"), 1 / accumulation)));
        }
        return result;
    }

    /// <summary>The samples of one generation; null where a cut-off completion does not train.</summary>
    private PolicySample?[] Samples(int generation, PolicyUpdate update)
    {
        if (generations.TryGetValue(generation, out var known)) return known;
        var prompts = Generations[generation].GetProperty("prompt_ids").EnumerateArray().Select(Ids).ToArray();
        var completions = Generations[generation].GetProperty("completions").EnumerateArray().Select(Ids).ToArray();
        var advantages = Advantages(generation);
        TrainingExample[] examples = [.. completions.Select((c, j) => new TrainingExample(prompts[j / GroupSize], c))];
        var logProbs = update.Score(examples, 100_000, default);
        var leavesOut = options.GetProperty("mask_truncated_completions").GetBoolean();
        return generations[generation] = [.. examples.Select((e, j) =>
            leavesOut && e.ResponseIds[^1] != end && e.ResponseIds[^1] != pad ? null : new PolicySample(e, advantages[j], logProbs[j]))];
    }

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(i => i.GetInt32())];

    private int Int(string name) => options.GetProperty(name).GetInt32();

    private double Number(string name) => options.GetProperty(name).GetDouble();

    private double? Optional(string name) => options.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;
}
