using System.Text.Json;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Whole runs of TRL's GRPOTrainer, step by step through the update that GrpoTrainer makes.</summary>
public sealed partial class GrpoOracleTests
{
    public static TheoryData<string> Runs
    {
        get
        {
            var folder = OracleData.Path("grpo");
            return Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder, "run-*").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)] : ["any"];
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Runs))]
    public void PolicyUpdate_TenStepRun_IsTrls(string name)
    {
        var run = new GrpoRunOracle(OracleData.Folder(Path.Combine("grpo", name)));
        using var model = OracleModels.LoadModel(Path.Combine(run.Folder, "..", "model-qwen2"));
        if (run.IsLora) model.Attach(LoraAdapter.Load(model, Path.Combine(run.Folder, "adapter-initial")));
        using var weights = new TrainingWeights(model);
        using var optimizer = new FlatAdamW(weights.Master, run.AdamW);
        using var reference = PolicyReference.For(model, run.Loss);
        var update = new PolicyUpdate(weights, reference, optimizer, run.Loss, new PolicyUpdateSettings(run.Temperature, run.MaxGradientNorm, run.IsOnPolicy, new PassOptions()));
        for (var generation = 0; generation < run.Generations.Length; generation++)
            Close(Numbers(run.Generations[generation].GetProperty("advantages")), run.Advantages(generation), 1e-5, $"{name}: advantages of generation {generation}");
        for (var step = 0; step < run.Steps.Length; step++)
        {
            var micros = run.MicroBatches(step, update);
            if (step == 0)
            {
                update.Accumulate(micros, 1, default);
                SameTensors(Path.Combine(run.Folder, "grads-step0.safetensors"), weights.Master, weights.Master.Gradients!, largest => 1e-5 + 1e-4 * largest, name);
            }
            var rate = run.LearningRate * run.Schedule.Multiplier(step);
            Same(run, step, micros, rate, update.Run(micros, rate, step + 1, default), name);
        }
        SameTensors(Path.Combine(run.Folder, run.IsLora ? "adapter-final/adapter_model.safetensors" : "final.safetensors"), weights.Master, weights.Master.Values, _ => 2e-4, name);
    }

    [SkippableTheory]
    [InlineData(1.0, 512)]
    [InlineData(0.6, 512)]
    [InlineData(1.3, 3)]
    [InlineData(0.9, 1)]
    public void SequenceGenerator_LogProbsWhileGenerating_AreTheTrainers(double temperature, int rowsAtOnce)
    {
        var folder = OracleData.Folder("grpo/model-qwen2");
        var run = new GrpoRunOracle(Directory.EnumerateDirectories(Path.Combine(folder, ".."), "run-*").Order(StringComparer.Ordinal).First());
        using var model = OracleModels.LoadModel(folder);
        GenerationRequest[] requests = [.. run.Generations[0].GetProperty("prompt_ids").EnumerateArray().SelectMany((p, i) => Enumerable.Range(0, 3).Select(s =>
            new GenerationRequest([.. p.EnumerateArray().Select(id => id.GetInt32())], new RandomStream(1, $"prompt {i}", s))))];
        var sequences = new SequenceGenerator(model, [run.EndId], new GeneratorOptions { MaxRows = rowsAtOnce })
            .Generate(requests, new SamplingOptions { Temperature = temperature, MaxNewTokens = 24 }, withLogProbs: true);
        using var weights = new TrainingWeights(model);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        var update = new PolicyUpdate(weights, null, optimizer, new PolicyLossOptions(), new PolicyUpdateSettings(temperature, 1, true, new PassOptions()));
        var scores = update.Score([.. sequences.Select((s, i) => new TrainingExample(requests[i].PromptIds, s.Ids))], 1000, default);
        for (var i = 0; i < scores.Length; i++)
            Close([.. scores[i].Select(v => (double)v)], [.. sequences[i].LogProbs!.Select(v => (double)v)], 1e-5, $"temperature {temperature}, {rowsAtOnce} rows, sequence {i}");
    }

    private static void Same(GrpoRunOracle run, int step, List<PolicyMicroBatch> micros, double rate, PolicyUpdateResult result, string name)
    {
        var logged = run.Steps[step];
        void Check(string what, double actual, double tolerance)
        {
            if (!logged.TryGetProperty(what, out var value)) return;
            Assert.True(Math.Abs(value.GetDouble() - actual) <= tolerance, $"{name} step {step}: {what} {actual} against {value.GetDouble()}");
        }
        // Means over the micro-batches; where a value belongs to a response, TRL counts those that do not train too.
        double Mean(Func<PolicyLossMetrics, double?> value, bool byRow = false) => result.Micros.Select((m, i) =>
            (value(m.Metrics) ?? 0) * (byRow && run.Loss.RatioLevel == RatioLevel.Sequence ? micros[i].Samples.Count / (double)logged.GetProperty("rows")[i].GetProperty("indices").GetArrayLength() : 1)).Average();
        Check("learning_rate", rate, 1e-12);
        Check("loss", result.Loss, 1e-5);
        Check("grad_norm", result.GradientNorm, 1e-4 * logged.GetProperty("grad_norm").GetDouble());
        Check("entropy", Mean(m => m.Entropy), 1e-5);
        Check("kl", Mean(m => m.Kl), 1e-5);
        Check("clip_ratio/low_mean", Mean(m => m.ClippedLow, byRow: true), 1e-6);
        Check("clip_ratio/high_mean", Mean(m => m.ClippedHigh, byRow: true), 1e-6);
        var losses = Numbers(logged.GetProperty("micro_losses"));
        Close(losses, [.. result.Micros.Select(m => m.Loss)], 1e-5, $"{name} step {step}: losses of the micro-batches");
    }

    private static void SameTensors(string file, FlatParameters parameters, Tensor buffer, Func<double, double> tolerance, string name)
    {
        using var scope = NewDisposeScope();
        var expected = new OracleTensors(file);
        var actual = parameters.NamedViews(buffer).ToDictionary();
        var compared = 0;
        foreach (var key in expected.Names)
        {
            var wanted = Flat(expected[key]);
            Close(wanted, Flat(actual[key.Replace(".default.", ".", StringComparison.Ordinal)]), tolerance(wanted.Max(Math.Abs)), $"{name}: {Path.GetFileName(file)} {key}");
            compared++;
        }
        Assert.True(compared > 0);
    }
}
