using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Benchmarks.Generation;

/// <summary>Where a decoding step of 32 rows spends its time on the real model, part by part.</summary>
internal static unsafe class GenerationProfile
{
    private const int Width = GenerationRatios.Width, Steps = 12;

    public static int Run()
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            using var student = GenerationRatios.Load(type);
            using var quiet = no_grad();
            var model = student.Model;
            Show(type, "libtorch's products", 1000 * Width / GenerationRatios.BareRate(model));
            Show(type, "our products", type == ScalarType.Float32 ? Products<StoredSingle>(model) : Products<StoredBFloat16>(model));
            Show(type, "step without sampling, 2 tokens in the cache", Step(model, 2, out _));
            Show(type, "step without sampling, 200 tokens in the cache", Step(model, 200, out var logits));
            using (logits)
                Show(type, "sampling, T 0.7, top-p 0.95", Best(() => TokenSampler.Sample(logits, [.. Enumerable.Range(0, Width).Select(i => (i + 0.5) / Width)],
                    new SamplingOptions { Temperature = 0.7, TopP = 0.95 }, withLogProbs: false)));
            var prompts = GenerationRatios.Rows(student).Select(r => r.PromptIds).Distinct().Take(16).ToArray();
            Show(type, $"reading 16 prompts, {prompts.Sum(p => p.Length)} tokens", Best(() =>
            {
                using var scope = NewDisposeScope();
                using var decoder = model.CreateDecoder();
                using var cache = new KvCache(model, prompts.Length, prompts.Max(p => p.Length), prompts.Max(p => p.Length));
                decoder.Read(prompts, 0, prompts.Max(p => p.Length), cache);
            }, rounds: 2));
        }
        return 0;
    }

    private static double Step(CausalLm model, int length, out Tensor logits)
    {
        using var scope = NewDisposeScope();
        using var decoder = model.CreateDecoder();
        using var cache = new KvCache(model, Width, length, length + 2 * Steps);
        var ids = Enumerable.Range(100, Width).ToArray();
        Array.Fill(cache.Lengths, length);
        var best = Best(() =>
        {
            using var inner = NewDisposeScope();
            decoder.Next(ids, cache);
        });
        logits = decoder.Next(ids, cache).clone().DetachFromDisposeScope();
        return best;
    }

    private static double Products<T>(CausalLm model) where T : struct, IStoredNumbers
    {
        var config = model.Config;
        using var team = new ThreadTeam(get_num_threads());
        int widest = Math.Max(config.VocabularySize, 2 * config.FeedForwardSize), inputs = Math.Max(config.HiddenSize, config.FeedForwardSize);
        using var x = new PanelBuffer(inputs, 1);
        using var y = new PanelBuffer(widest, 1);
        var weights = model.Blocks.SelectMany(b => b.Projections).Select(p => (p.Weight, p.Inputs)).Append((model.HeadMatrix, config.HiddenSize))
            .Select(w => (Address: ExternalMemory.Address(w.Item1), Outputs: (int)w.Item1.shape[0], Inputs: (int)w.Item2)).ToArray();
        return Best(() =>
        {
            foreach (var (address, outputs, width) in weights)
                team.Run(PanelProduct.TilesOf(outputs), tile =>
                {
                    var row = tile * PanelProduct.TileRows;
                    PanelProduct.Add<T>((byte*)address, width, row, Math.Min(PanelProduct.TileRows, outputs - row), x, y, row, Width);
                });
        });
    }

    private static double Best(Action action, int rounds = Steps)
    {
        var best = double.PositiveInfinity;
        for (var i = 0; i < rounds; i++)
        {
            var clock = Stopwatch.StartNew();
            action();
            best = Math.Min(best, clock.Elapsed.TotalMilliseconds);
        }
        return best;
    }

    private static void Show(ScalarType type, string what, double milliseconds) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{type}: {what}: {milliseconds:F1} ms"));
}
