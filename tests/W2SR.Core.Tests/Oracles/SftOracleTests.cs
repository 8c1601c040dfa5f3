using System.Text.Json;
using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using W2SR.Core.Training;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Whole training runs of TRL's SFTTrainer: losses, gradient norms, learning rates, first gradients and final parameters.</summary>
public sealed class SftOracleTests
{
    // The README's own figures.
    private const double LossTolerance = 1e-5, RateTolerance = 1e-12, GradientTolerance = 1e-5, GradientRelative = 1e-4, ParameterTolerance = 1e-4;

    /// <summary>The chunked head to the end of every run; one graph, and checkpointing with other batches, for a few steps unless all is asked for.</summary>
    public static TheoryData<int, bool, bool?, int> Ways => new()
    {
        { 400, false, false, int.MaxValue },
        { 100_000, false, true, LongChecks.Rounds(4, int.MaxValue) },
        { 900, true, false, LongChecks.Rounds(4, int.MaxValue) },
    };

    [SkippableTheory]
    [MemberData(nameof(Ways))]
    public void Run_EveryStoredRun_FollowsTrl(int budget, bool checkpointing, bool? oneGraph, int steps)
    {
        var folder = OracleData.Folder("sft");
        var runs = Directory.GetDirectories(folder).Where(d => File.Exists(Path.Combine(d, "run.json"))).Order().ToArray();
        Assert.NotEmpty(runs);
        foreach (var run in runs)
        {
            // One graph is for likelihood on rows of their own; packed and DFT runs go by the other ways.
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run, "run.json")));
            var options = json.RootElement.GetProperty("options");
            var packed = options.GetProperty("packing").GetBoolean();
            if (oneGraph == true && packed) continue;
            Follow(run, json.RootElement, new UpdateSettings(budget, packed,
                options.GetProperty("loss_type").GetString() switch { "nll" => SftLoss.Likelihood, "dft" => SftLoss.Dft, var other => throw new NotSupportedException(other) },
                new PassOptions(checkpointing, 608 * 37, oneGraph)), steps);
        }
    }

    private static void Follow(string folder, JsonElement run, UpdateSettings settings, int steps)
    {
        var name = Path.GetFileName(folder);
        var options = run.GetProperty("options");
        double Option(string key) => options.GetProperty(key).GetDouble();
        using var model = OracleArrays.Model(Path.Combine(OracleData.Folder("sft"), run.GetProperty("base_model").GetString()!));
        var adapter = Path.Combine(folder, "adapter-initial");
        if (Directory.Exists(adapter)) model.Attach(LoraAdapter.Load(model, adapter));
        CheckDecay(model, run);
        using var weights = new TrainingWeights(model);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions
        {
            Beta1 = Option("adam_beta1"),
            Beta2 = Option("adam_beta2"),
            Epsilon = Option("adam_epsilon"),
            WeightDecay = Option("weight_decay"),
        });
        var kind = options.GetProperty("lr_scheduler_type").GetString() switch
        {
            "cosine" => LearningRateSchedule.Kind.Cosine,
            "linear" => LearningRateSchedule.Kind.Linear,
            var other => throw new NotSupportedException(other),
        };
        var total = options.GetProperty("steps").GetInt32();
        var schedule = new LearningRateSchedule(kind, total, options.GetProperty("warmup_steps").GetInt32(), 0);
        var update = new SupervisedUpdate(weights, optimizer, settings, Option("max_grad_norm"));
        var step = 0;
        foreach (var expected in run.GetProperty("steps").EnumerateArray().Take(steps))
        {
            var examples = ExamplesOf(folder, expected, step);
            Assert.Equal(expected.GetProperty("supervised_tokens").GetInt32(), examples.Sum(e => e.ResponseIds.Length));
            if (step == 0)
            {
                update.Accumulate(examples, 1, default);
                CheckGradients(weights.Master, Path.Combine(folder, "grads-step0.safetensors"), name);
            }
            var rate = Option("learning_rate") * schedule.Multiplier(step);
            Assert.Equal(expected.GetProperty("learning_rate").GetDouble(), rate, RateTolerance);
            var (loss, norm) = update.Run(examples, rate, step + 1, default);
            Near(expected.GetProperty("loss").GetDouble(), loss, LossTolerance, $"{name} step {step} loss");
            Near(expected.GetProperty("grad_norm").GetDouble(), norm, LossTolerance, $"{name} step {step} gradient norm");
            step++;
        }
        Assert.Equal(Math.Min(total, steps), step);
        if (step < total) return;
        var final = Path.Combine(folder, "final.safetensors");
        CheckValues(weights.Master, File.Exists(final) ? final : Path.Combine(folder, "adapter-final", "adapter_model.safetensors"), name);
    }

    [SkippableFact]
    public void Together_EverySample_HasTrlsTokensAndLabels()
    {
        using var json = OracleData.Json("sft/samples.json");
        var limit = json.RootElement.GetProperty("max_length").GetInt32();
        var tokenizer = Tokenizer();
        var compared = 0;
        foreach (var sample in json.RootElement.GetProperty("samples").EnumerateArray())
        {
            if (!sample.TryGetProperty("text", out var rendered)) continue; // dropped by TRL; its text is not stored
            // The rendered text up to where the assistant's turn opens is the template's prompt.
            var text = rendered.GetString()!;
            const string opening = "<|im_start|>assistant\n";
            var prompt = text[..(text.LastIndexOf(opening, StringComparison.Ordinal) + opening.Length)];
            AssertLabels(sample, ExampleEncoder.Together(tokenizer, prompt, text, limit));
            compared++;
        }
        Assert.True(compared > 0);
    }

    [SkippableFact]
    public void TogetherWithEnd_StringPairs_HaveTrlsTokensAndLabels()
    {
        using var json = OracleData.Json("sft/labels.json");
        var tokenizer = Tokenizer();
        foreach (var pair in json.RootElement.GetProperty("string_pairs").EnumerateArray())
            AssertLabels(pair, ExampleEncoder.TogetherWithEnd(tokenizer, pair.GetProperty("prompt").GetString()!, pair.GetProperty("completion").GetString()!));
    }

    private static HuggingFaceTokenizer Tokenizer() => HuggingFaceTokenizer.Load(OracleData.Folder("sft/model-qwen2"));

    private static void AssertLabels(JsonElement expected, TrainingExample? actual)
    {
        var labels = Ints(expected, "labels");
        if (labels.Skip(1).All(l => l == -100))
        {
            Assert.Null(actual); // TRL drops it
            return;
        }
        Assert.Equal<int>(Ints(expected, "input_ids"), (int[])[.. actual!.PromptIds, .. actual.ResponseIds]);
        Assert.Equal<int>(labels, (int[])[.. actual.PromptIds.Select(_ => -100), .. actual.ResponseIds]);
    }

    private static void Near(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{what}: {expected} expected, {actual} found");

    /// <summary>The window's rows: from the samples by number, or, packed, cut apart where positions start again.</summary>
    private static List<TrainingExample> ExamplesOf(string folder, JsonElement step, int number)
    {
        if (!File.Exists(Path.Combine(folder, "batches.safetensors")))
        {
            using var samples = OracleData.Json("sft/samples.json");
            var rows = samples.RootElement.GetProperty("samples").EnumerateArray().ToArray();
            return [.. step.GetProperty("batches").EnumerateArray().SelectMany(Flatten).Select(i => Example(Ints(rows[i], "input_ids"), Ints(rows[i], "labels"))).OfType<TrainingExample>()];
        }
        var tensors = OracleArrays.Read(Path.Combine(folder, "batches.safetensors"));
        var result = new List<TrainingExample>();
        for (var micro = 0; tensors.TryGetValue($"step{number}.micro{micro}.input_ids", out var packed); micro++)
        {
            int[] Part(string key) => Array.ConvertAll(tensors[$"step{number}.micro{micro}.{key}"].Values, v => (int)v);
            int[] ids = Part("input_ids"), labels = Part("labels"), positions = Part("position_ids");
            var starts = Enumerable.Range(0, ids.Length).Where(i => positions[i] == 0).Append(ids.Length).ToArray();
            for (var i = 0; i + 1 < starts.Length; i++)
                if (Example(ids[starts[i]..starts[i + 1]], labels[starts[i]..starts[i + 1]]) is { } example) result.Add(example);
        }
        return result;
    }

    private static IEnumerable<int> Flatten(JsonElement batches) =>
        batches.ValueKind == JsonValueKind.Number ? [batches.GetInt32()] : batches.EnumerateArray().SelectMany(Flatten);

    private static int[] Ints(JsonElement row, string key) => [.. row.GetProperty(key).EnumerateArray().Select(v => v.GetInt32())];

    /// <summary>Null for a sample without a supervised token, which can add nothing.</summary>
    private static TrainingExample? Example(int[] ids, int[] labels)
    {
        labels[0] = -100; // nothing predicts the first token
        var first = Array.FindIndex(labels, l => l != -100);
        if (first < 0) return null;
        var last = Array.FindLastIndex(labels, l => l != -100);
        Assert.All(labels[first..(last + 1)], l => Assert.NotEqual(-100, l));
        return new TrainingExample(ids[..first], ids[first..(last + 1)]);
    }

    // run.json and the gradients keep the names inside PEFT's model, adapter files drop two parts of them.
    private static string FileName(string name) => name.Replace(".default", "", StringComparison.Ordinal).Replace(".modules_to_save", "", StringComparison.Ordinal);

    private static void CheckDecay(CausalLm model, JsonElement run)
    {
        var expected = run.GetProperty("trainable").EnumerateObject().ToDictionary(p => FileName(p.Name), p => p.Value.GetBoolean());
        Assert.Equal(expected.OrderBy(p => p.Key), model.Trainable.Layout.Slots.ToDictionary(s => s.Name, s => s.Decays).OrderBy(p => p.Key));
    }

    private static void CheckGradients(FlatParameters parameters, string file, string run)
    {
        using var scope = NewDisposeScope();
        var actual = parameters.NamedViews(parameters.Gradients!).ToDictionary();
        var expected = OracleArrays.Read(file);
        Assert.Equal(actual.Count, expected.Count);
        foreach (var (name, (values, _)) in expected)
        {
            var found = actual[FileName(name)].data<float>().ToArray();
            var off = Array.FindIndex(values.Zip(found).ToArray(), p => !(Math.Abs(p.First - p.Second) <= GradientTolerance + GradientRelative * Math.Abs(p.First)));
            Assert.True(off < 0, $"{run} gradient of {name}[{off}]");
        }
    }

    private static void CheckValues(FlatParameters parameters, string file, string run)
    {
        using var scope = NewDisposeScope();
        var actual = parameters.NamedViews(parameters.Values).ToDictionary();
        var expected = OracleArrays.Read(file);
        Assert.Equal(actual.Count, expected.Count);
        foreach (var (name, (values, _)) in expected)
        {
            var found = actual[FileName(name)].data<float>().ToArray();
            var off = Array.FindIndex(values.Zip(found).ToArray(), p => !(Math.Abs(p.First - p.Second) <= ParameterTolerance));
            Assert.True(off < 0, $"{run} {name}[{off}]");
        }
    }
}
