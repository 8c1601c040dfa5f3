using TorchSharp;
using W2SR.Core.Benchmarks.Ratios;
using W2SR.Core.Models;
using W2SR.Core.Training;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Benchmarks.Training;

/// <summary>Fine-tuning of the real model on GSM8K training rows, against a plain implementation and against the machine.</summary>
internal static class SftRatios
{
    private const string Memory = "sft-memory-saving", Peak = "sft-peak-f32", Settings = "SmolLM2-135M-Instruct, first 64 GSM8K training rows in its chat format, batch 8, AdamW, clipping, ours packed";
    private const double AllowedPeakKilobytes = 4.5e9 / 1024;

    private static readonly SftWay Ours = new(Packed: true);

    private static readonly Dictionary<string, Action> Arms = new() { ["plain"] = () => Arm(plain: true), ["ours"] = () => Arm(plain: false) };

    public static IReadOnlyList<Ratio> List { get; } =
    [
        new("sft-vs-plain", 2.5, "tokens/s (padding not counted) over those of a padded batch with full logits and TorchSharp's AdamW", Settings + ", float32", VersusPlain),
        new(Memory, 2.2, "peak memory of the plain implementation over ours, whole processes", Settings + ", float32, smallest and largest batch", () => RatioRunner.PeakRatio(Memory, "plain", "ours")) { Arms = Arms },
        new(Peak, 1, "4.5 GB over our peak memory, whole process", Settings + ", float32, smallest and largest batch", () => AllowedPeakKilobytes / RatioRunner.PeakKilobytes(Peak, "ours")) { Arms = Arms },
        new("sft-share-f32", 0.55, "model FLOPs (6 per weight and token, the head at supervised positions only) as a share of the model's own products' rate at 1,024 rows", Settings + ", float32", Share),
        new("sft-bf16-vs-f32", 2, "tokens/s with bfloat16 compute and float32 masters over float32, both on libtorch's products", Settings, () => NarrowVersusWide(onKernels: false)),
        new("sft-bf16-vs-own-f32", 1, "tokens/s with bfloat16 compute and float32 masters (libtorch's products) over float32 on our kernels", Settings, () => NarrowVersusWide(onKernels: true)),
        .. SftAblation.List,
    ];

    /// <summary>One optimizer step at a time, the arms in turn; the ratio of their whole times.</summary>
    private static double VersusPlain()
    {
        using var ours = new SftBench(Ours);
        using var plain = new PlainTrainer(ours.Model);
        return SftBench.Turns(ours.Batches, plain.Step, ours.Batches, ours.Step);
    }

    private static double NarrowVersusWide(bool onKernels)
    {
        using SftBench wide = new(Ours with { OnKernels = onKernels }), narrow = new(Ours with { Type = ScalarType.BFloat16 });
        return SftBench.Turns(wide.Batches, wide.Step, narrow.Batches, narrow.Step);
    }

    private static double Share()
    {
        using var bench = new SftBench(Ours);
        bench.Step(bench.Batches[0]);
        double operations = 0, seconds = 0;
        var config = bench.Model.Config;
        var perToken = bench.Model.Blocks.Sum(b => b.Projections.Sum(p => p.Inputs * p.Modules.Sum(m => (double)m.Outputs)));
        var rate = Math.Max(ProductRate(bench.Model), ProductRate(bench.Model));
        foreach (var batch in bench.Batches)
        {
            seconds += SftBench.Seconds(() => bench.Step(batch));
            operations += 6 * (perToken * batch.Sum(e => e.Length - 1.0) + (double)config.HiddenSize * config.VocabularySize * batch.Sum(e => (double)e.ResponseIds.Length));
        }
        return operations / seconds / Math.Max(rate, ProductRate(bench.Model));
    }

    /// <summary>Operations a second of every product of the model, one after another at 1,024 rows.</summary>
    private static double ProductRate(CausalLm model)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var shapes = model.Blocks[0].Projections.Select(p => (p.Inputs, Outputs: p.Modules.Sum(m => m.Outputs))).Append((model.Config.HiddenSize, (long)model.Config.VocabularySize)).ToArray();
        var products = shapes.Select(s => (X: randn(1024, s.Item1), W: randn(s.Item2, s.Item1))).ToArray();
        void Once()
        {
            foreach (var (x, w) in products) F.linear(x, w).Dispose();
        }
        Once();
        var best = Enumerable.Range(0, 5).Min(_ => SftBench.Seconds(Once));
        return shapes.Sum(s => 2.0 * 1024 * s.Item1 * s.Item2) / best;
    }

    /// <summary>The smallest batch, after which the optimizer's state exists, then the largest, which sets the peak.</summary>
    private static void Arm(bool plain)
    {
        static IEnumerable<TrainingExample[]> Extremes(TrainingExample[][] batches)
        {
            TrainingExample[][] ordered = [.. batches.OrderBy(b => b.Max(e => e.Length))];
            return [ordered[0], ordered[^1]];
        }
        if (plain)
        {
            using var loaded = new SftData();
            using var trainer = new PlainTrainer(loaded.Model);
            loaded.Dispose(); // it has copied the weights
            foreach (var batch in Extremes(loaded.Batches)) trainer.Step(batch);
        }
        else
        {
            using var bench = new SftBench(Ours);
            foreach (var batch in Extremes(bench.Batches)) bench.Step(batch);
        }
    }
}
