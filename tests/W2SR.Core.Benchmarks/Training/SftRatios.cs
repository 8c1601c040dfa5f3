using System.Diagnostics;
using System.Text.Json;
using TorchSharp;
using W2SR.Core.Benchmarks.Ratios;
using W2SR.Core.Models;
using W2SR.Core.Reasoners;
using W2SR.Core.Training;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Benchmarks.Training;

/// <summary>Fine-tuning of the real model on GSM8K training rows, against a plain implementation and against the machine.</summary>
internal static class SftRatios
{
    private const string Memory = "sft-memory-saving", Settings = "SmolLM2-135M-Instruct, first 64 GSM8K training rows in its chat format, batch 8, AdamW, clipping";
    private const int Rows = 64, BatchSize = 8, MicroBatchTokens = 1024;

    public static IReadOnlyList<Ratio> List { get; } =
    [
        new("sft-vs-plain", 2.5, "tokens/s (padding not counted) over those of a padded batch with full logits and TorchSharp's AdamW", Settings + ", float32", VersusPlain),
        new(Memory, 2.2, "peak memory of the plain implementation over ours, whole processes", Settings + ", float32", () => RatioRunner.PeakRatio(Memory, "plain", "ours"))
        {
            Arms = new Dictionary<string, Action> { ["plain"] = () => Arm(plain: true), ["ours"] = () => Arm(plain: false) },
        },
        new("sft-share-f32", 0.55, "model FLOPs (6 per weight and token, the head at supervised positions only) as a share of the model's own products' rate at 1,024 rows", Settings + ", float32", Share),
        new("sft-bf16-vs-f32", 2, "tokens/s with bfloat16 compute and float32 masters over float32", Settings, NarrowVersusWide),
    ];

    /// <summary>One optimizer step at a time, the arms in turn; the ratio of their whole times.</summary>
    private static double VersusPlain()
    {
        using var ours = new Trainer(null);
        using var plain = new PlainTrainer(ours.Model);
        return Turns(examples => plain.Step(examples), examples => ours.Step(examples), ours.Batches);
    }

    private static double NarrowVersusWide()
    {
        using Trainer wide = new(null), narrow = new(ScalarType.BFloat16);
        return Turns(wide.Step, narrow.Step, wide.Batches);
    }

    private static double Turns(Func<TrainingExample[], double> slow, Func<TrainingExample[], double> fast, TrainingExample[][] batches)
    {
        _ = (slow(batches[0]), fast(batches[0]));
        double slowSeconds = 0, fastSeconds = 0;
        foreach (var batch in batches)
        {
            slowSeconds += Seconds(() => slow(batch));
            fastSeconds += Seconds(() => fast(batch));
        }
        return slowSeconds / fastSeconds;
    }

    private static double Share()
    {
        using var trainer = new Trainer(null);
        trainer.Step(trainer.Batches[0]);
        double operations = 0, seconds = 0;
        var config = trainer.Model.Config;
        var perToken = trainer.Model.Blocks.Sum(b => b.Projections.Sum(p => p.Inputs * p.Modules.Sum(m => (double)m.Outputs)));
        var rate = Math.Max(ProductRate(trainer.Model), ProductRate(trainer.Model));
        foreach (var batch in trainer.Batches)
        {
            seconds += Seconds(() => trainer.Step(batch));
            operations += 6 * (perToken * batch.Sum(e => e.Length - 1.0) + (double)config.HiddenSize * config.VocabularySize * batch.Sum(e => (double)e.ResponseIds.Length));
        }
        return operations / seconds / Math.Max(rate, ProductRate(trainer.Model));
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
        var best = Enumerable.Range(0, 5).Min(_ => Seconds(Once));
        return shapes.Sum(s => 2.0 * 1024 * s.Item1 * s.Item2) / best;
    }

    private static void Arm(bool plain)
    {
        if (plain)
        {
            using var loaded = new Data();
            using var trainer = new PlainTrainer(loaded.Student.Model);
            loaded.Student.Dispose();
            foreach (var batch in loaded.Batches) trainer.Step(batch);
        }
        else
        {
            using var trainer = new Trainer(null);
            foreach (var batch in trainer.Batches) trainer.Step(batch);
        }
    }

    private static double Seconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    private static double Seconds(Func<double> action) => Seconds(() => { _ = action(); });

    /// <summary>The model and its batches, in the order of the file.</summary>
    private sealed class Data : IDisposable
    {
        public Data()
        {
            Student = LocalStudent.LoadAsync(RealFiles.Model).GetAwaiter().GetResult();
            TrainingExample Example(string line)
            {
                using var row = JsonDocument.Parse(line);
                string Text(string key) => row.RootElement.GetProperty(key).GetString()!;
                var prompt = Student.Tokenizer.Encode($"<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\n{Text("question")}<|im_end|>\n<|im_start|>assistant\n");
                return new TrainingExample(prompt, Student.Tokenizer.Encode(Text("answer") + "<|im_end|>"));
            }
            Batches = [.. File.ReadLines(RealFiles.Gsm8k).Take(Rows).Select(Example).Chunk(BatchSize)];
        }

        public LocalStudent Student { get; }

        public TrainingExample[][] Batches { get; }

        public void Dispose() => Student.Dispose();
    }

    private sealed class Trainer : IDisposable
    {
        private readonly Data data = new();
        private readonly TrainingWeights weights;
        private readonly FlatAdamW optimizer;
        private readonly SupervisedUpdate update;
        private int steps;

        public Trainer(ScalarType? type)
        {
            weights = new TrainingWeights(data.Student.Model, type);
            optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
            update = new SupervisedUpdate(weights, optimizer, new UpdateSettings(MicroBatchTokens), 1);
        }

        public CausalLm Model => data.Student.Model;

        public TrainingExample[][] Batches => data.Batches;

        public double Step(TrainingExample[] examples) => update.Run(examples, 1e-5, ++steps, default).Loss;

        public void Dispose()
        {
            optimizer.Dispose();
            weights.Dispose();
            data.Dispose();
        }
    }

    /// <summary>The model and data beside the repository, or where <c>W2SR_MODELS</c> and <c>W2SR_DATA</c> point.</summary>
    private static class RealFiles
    {
        public static string Model => Find("W2SR_MODELS", "models", "smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");

        public static string Gsm8k => Find("W2SR_DATA", "data", "gsm8k/train.jsonl");

        private static string Find(string variable, string folder, string name)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } root) return Path.Combine(root, name);
            for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
                if (Path.Combine(at.FullName, "shared", folder, name) is var path && File.Exists(path)) return path;
            throw new FileNotFoundException($"{name} was not found in shared/{folder} beside the repository; set {variable}.");
        }
    }
}
