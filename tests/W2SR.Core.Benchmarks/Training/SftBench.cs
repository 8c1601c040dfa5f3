using System.Diagnostics;
using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using W2SR.Core.Training;
using static TorchSharp.torch;

namespace W2SR.Core.Benchmarks.Training;

/// <summary>One way of doing an optimizer step on the real model.</summary>
/// <param name="Type">Type of forward and backward; null for float32.</param>
/// <param name="MicroBatchTokens">Padded tokens that go through the model together.</param>
/// <param name="Packed">Rows without padding.</param>
/// <param name="Pass">How a batch goes through the model.</param>
/// <param name="EveryPosition">Whether prompts go through the LM head, too.</param>
/// <param name="OnKernels">False leaves everything to libtorch.</param>
/// <param name="TorchAdamW">TorchSharp's AdamW over one parameter for each weight instead of the fused flat one.</param>
internal sealed record SftWay(
    ScalarType? Type = null, int MicroBatchTokens = 1024, bool Packed = false, PassOptions? Pass = null, bool EveryPosition = false, bool TorchAdamW = false, bool OnKernels = true);

/// <summary>The trainer's own update on the benchmark's rows.</summary>
internal sealed class SftBench : IDisposable
{
    private readonly SftData data;
    private readonly TrainingWeights weights;
    private readonly FlatAdamW optimizer;
    private readonly SupervisedUpdate update;
    private readonly optim.Optimizer? plain;
    private readonly bool onKernels;
    private int steps;

    public SftBench(SftWay? way = null, int rows = SftData.Rows)
    {
        way ??= new SftWay();
        onKernels = way.OnKernels;
        data = new SftData(rows);
        Batches = way.EveryPosition
            ? [.. data.Batches.Select(b => Array.ConvertAll(b, e => new TrainingExample(e.PromptIds[..1], [.. e.PromptIds[1..], .. e.ResponseIds])))]
            : data.Batches;
        weights = new TrainingWeights(data.Model, way.Type);
        optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        update = new SupervisedUpdate(weights, optimizer, new UpdateSettings(way.MicroBatchTokens, way.Packed, Pass: way.Pass), 1);
        if (!way.TorchAdamW) return;
        var gradients = weights.Master.NamedViews(weights.Master.Gradients!).ToDictionary();
        plain = optim.AdamW(weights.Master.NamedViews(weights.Master.Values).Select(v => new TorchSharp.Modules.Parameter(v.Value) { grad = gradients[v.Key] }).ToArray(), lr: 1e-5);
    }

    public CausalLm Model => data.Model;

    public TrainingExample[][] Batches { get; }

    public double Step(TrainingExample[] examples)
    {
        LargeProduct.IsAllowed = onKernels;
        try
        {
            return Update(examples);
        }
        finally
        {
            LargeProduct.IsAllowed = true;
        }
    }

    private double Update(TrainingExample[] examples)
    {
        if (plain is null) return update.Run(examples, 1e-5, ++steps, default).Loss;
        var loss = update.Accumulate(examples, ++steps, default);
        optimizer.ClipGradientNorm(1);
        plain.step();
        weights.Publish();
        return loss;
    }

    public void Dispose()
    {
        plain?.Dispose();
        optimizer.Dispose();
        weights.Dispose();
        data.Dispose();
    }

    /// <summary>The two arms in turn, batch by batch after one for warming up: the slow one's whole time over the fast one's.</summary>
    public static double Turns(TrainingExample[][] slowBatches, Func<TrainingExample[], double> slow, TrainingExample[][] fastBatches, Func<TrainingExample[], double> fast)
    {
        _ = (slow(slowBatches[0]), fast(fastBatches[0]));
        double slowSeconds = 0, fastSeconds = 0;
        foreach (var (mine, yours) in slowBatches.Zip(fastBatches))
        {
            slowSeconds += Seconds(() => slow(mine));
            fastSeconds += Seconds(() => fast(yours));
        }
        return slowSeconds / fastSeconds;
    }

    public static double Seconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    public static double Seconds(Func<double> action) => Seconds(() => { _ = action(); });
}
