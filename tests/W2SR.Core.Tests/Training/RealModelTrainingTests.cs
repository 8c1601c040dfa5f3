using TorchSharp;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Training;

/// <summary>bfloat16 compute with float32 masters, on a real model: the loss curve is float32's. Takes a quarter of an hour or more, so only with <c>W2SR_LONG=1</c>.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class RealModelTrainingTests(ITestOutputHelper output)
{
    private const string Model = "smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf";
    private const int Steps = 100, BatchSize = 4;

    [SkippableFact]
    public async Task Run_BFloat16OverAHundredSteps_StaysWithinTwoPercentOfFloat32()
    {
        Skip.IfNot(LongChecks.IsOn, "Trains a real model twice; runs with W2SR_LONG=1.");
        var (wide, narrow) = (await Losses(null), await Losses(ScalarType.BFloat16));
        var gaps = wide.Zip(narrow, (w, n) => Math.Abs(w - n) / w).ToArray();
        output.WriteLine($"largest gap {gaps.Max():P3} at step {Array.IndexOf(gaps, gaps.Max()) + 1}, mean {gaps.Average():P3}; float32 {wide[0]:F4} to {wide.TakeLast(10).Average():F4} (last ten), bfloat16 {narrow[0]:F4} to {narrow.TakeLast(10).Average():F4}");
        Assert.True(wide.TakeLast(20).Average() < 0.95 * wide.Take(20).Average());
        Assert.All(gaps, g => Assert.InRange(g, 0, 0.02));
    }

    /// <summary>Short problems of GSM8K, each seen once.</summary>
    private static async Task<double[]> Losses(ScalarType? type)
    {
        using var student = await LocalStudent.LoadAsync(OracleData.Model(Model));
        var trace = new Core.Traces.Trace { ProblemId = "", SampleIndex = 0, Response = "", FinishReason = Core.Common.FinishReason.Stop };
        var examples = BenchmarkFile.Open(OracleData.DataSet("gsm8k/train.jsonl")).Read()
            .Select(p => new TrainingExample(student.EncodePrompt(p), student.EncodeResponse(trace with { ProblemId = p.Id, Response = p.Solution! })))
            .Where(e => e.Length <= 150).Take(Steps * BatchSize).Chunk(BatchSize).ToArray();
        Assert.Equal(Steps, examples.Length);
        using var weights = new TrainingWeights(student.Model, type);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        var update = new SupervisedUpdate(weights, optimizer, new UpdateSettings(1024), 1);
        var schedule = new LearningRateSchedule(LearningRateSchedule.Kind.Cosine, Steps, 0.1);
        return [.. examples.Select((batch, i) => update.Run(batch, 2e-5 * schedule.Multiplier(i), i + 1, default).Loss)];
    }
}
