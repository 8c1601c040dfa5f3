using System.Diagnostics;
using System.Text.Json;
using TorchSharp;
using W2SR.Core.Benchmarks.Ratios;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Benchmarks.Generation;

/// <summary>The generation engine on the real model: 64 GSM8K prompts, 4 samples each, rows of 16 to 256 new tokens, T = 0.7, top-p 0.95.</summary>
internal static class GenerationRatios
{
    internal const int Width = 32;
    private const string Work = "SmolLM2-135M, 2 threads, 64 GSM8K prompts x 4 samples, row r ends after 16 + (97 r mod 241) new tokens, T 0.7, top-p 0.95, prefill included";
    private static readonly SamplingOptions Sampling = new() { Temperature = 0.7, TopP = 0.95, MaxNewTokens = 256 };

    public static IReadOnlyList<Ratio> List { get; } =
    [
        new("generation-vs-static-batch", 2.5, "useful tokens/s over a plain static batch of width 32", $"{Work}, float32; engine on all 256 rows at width {Width}, the plain batch on the first 64", () => VersusPlain(ScalarType.Float32)),
        new("generation-vs-own-static-batch", 1.6, "useful tokens/s over the engine in static batches of width 32, whose rows run until the longest ends", $"{Work}, float32", () => VersusOwnStatic(ScalarType.Float32)),
        new("generation-vs-one-row-f32", 4, "useful tokens/s over one row at a time", $"{Work}, float32; one row at a time on the first 16", () => VersusOneRow(ScalarType.Float32)),
        new("generation-vs-one-row-bf16", 8, "useful tokens/s over one row at a time", $"{Work}, bfloat16; one row at a time on the first 16", () => VersusOneRow(ScalarType.BFloat16)),
        new("generation-share-f32", 0.5, "useful tokens/s over the bare matrix products of decoding steps of width 32", $"{Work}, float32", () => Share(ScalarType.Float32)),
        new("generation-share-bf16", 0.35, "useful tokens/s over the bare matrix products of decoding steps of width 32", $"{Work}, bfloat16", () => Share(ScalarType.BFloat16)),
        new("generation-decode-share-f32", 0.6, "tokens/s of decoding alone over its bare matrix products", "SmolLM2-135M, 32 rows at 128 to 256 tokens, float32", () => DecodeShare(ScalarType.Float32)),
        new("generation-decode-share-bf16", 0.4, "tokens/s of decoding alone over its bare matrix products", "SmolLM2-135M, 32 rows at 128 to 256 tokens, bfloat16", () => DecodeShare(ScalarType.BFloat16)),
    ];

    private static double VersusPlain(ScalarType type)
    {
        using var student = Load(type);
        var rows = Rows(student);
        using var plain = new PlainGenerator(student.Model);
        double Plain()
        {
            var clock = Stopwatch.StartNew();
            foreach (var batch in rows[..64].Chunk(Width)) plain.Run([.. batch.Select(r => r.PromptIds)], [.. batch.Select(r => r.MaxNewTokens!.Value)], Sampling.Temperature, Sampling.TopP);
            return Useful(rows[..64]) / clock.Elapsed.TotalSeconds;
        }
        Warm(student);
        var engine = Rate(student, rows);
        return Note(engine, "engine tokens/s") / Note(Plain(), "plain tokens/s");
    }

    private static double VersusOwnStatic(ScalarType type)
    {
        using var student = Load(type);
        var rows = Rows(student);
        Warm(student);
        var engine = Rate(student, rows);
        var clock = Stopwatch.StartNew();
        // A static batch keeps every row to the end; what a row writes after its own end is not useful and not counted.
        foreach (var batch in Rows(student).Chunk(Width)) Generate(student, [.. batch.Select(r => r with { MaxNewTokens = batch.Max(other => other.MaxNewTokens) })]);
        return Note(engine, "engine tokens/s") / Note(Useful(rows) / clock.Elapsed.TotalSeconds, "static tokens/s");
    }

    private static double VersusOneRow(ScalarType type)
    {
        using var student = Load(type);
        Warm(student);
        var engine = Rate(student, Rows(student));
        var rows = Rows(student)[..16];
        var clock = Stopwatch.StartNew();
        foreach (var row in rows) Generate(student, [row]);
        return Note(engine, "engine tokens/s") / Note(Useful(rows) / clock.Elapsed.TotalSeconds, "one row, tokens/s");
    }

    private static double Share(ScalarType type)
    {
        using var student = Load(type);
        Warm(student);
        var before = BareRate(student.Model);
        var engine = Rate(student, Rows(student));
        return Note(engine, "engine tokens/s") / Note((before + BareRate(student.Model)) / 2, "bare products, tokens/s");
    }

    private static double DecodeShare(ScalarType type)
    {
        using var student = Load(type);
        Warm(student);
        var bare = BareRate(student.Model);
        // Two lengths of the same run: prompts cancel out.
        double Seconds(int tokens)
        {
            var clock = Stopwatch.StartNew();
            Generate(student, [.. Rows(student)[..Width].Select(r => r with { MaxNewTokens = tokens })]);
            return clock.Elapsed.TotalSeconds;
        }
        var rate = Width * 96.0 / (Seconds(112) - Seconds(16));
        return Note(rate, "decoding tokens/s") / Note(bare, "bare products, tokens/s");
    }

    /// <summary>Tokens a second if a decoding step of 32 rows were its matrix products alone.</summary>
    internal static double BareRate(CausalLm model)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var config = model.Config;
        long c = config.HiddenSize, heads = (long)config.HeadCount * config.HeadSize, all = heads + 2L * config.KeyValueHeadCount * config.HeadSize;
        var target = model.Target.Dtype;
        var products = Enumerable.Range(0, config.LayerCount).SelectMany(_ => new (long In, long Out)[] { (c, all), (heads, c), (c, 2L * config.FeedForwardSize), (config.FeedForwardSize, c) })
            .Append((c, config.VocabularySize)).Select(p => (Input: randn(Width, p.Item1).to(target), Weight: randn(p.Item2, p.Item1).to(target))).ToArray();
        void Step()
        {
            foreach (var (input, weight) in products) F.linear(input, weight).Dispose();
        }
        for (var i = 0; i < 3; i++) Step();
        const int steps = 20;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < steps; i++) Step();
        return Width * steps / clock.Elapsed.TotalSeconds;
    }

    private static double Rate(LocalStudent student, GenerationRequest[] rows)
    {
        var clock = Stopwatch.StartNew();
        Generate(student, rows);
        return Useful(rows) / clock.Elapsed.TotalSeconds;
    }

    private static void Generate(LocalStudent student, IReadOnlyList<GenerationRequest> rows) =>
        new SequenceGenerator(student.Model, [], new GeneratorOptions { MaxRows = Width }).Generate(rows, Sampling);

    private static void Warm(LocalStudent student) => Generate(student, [.. Rows(student)[..8].Select(r => r with { MaxNewTokens = 4 })]);

    private static double Useful(GenerationRequest[] rows) => rows.Sum(r => (double)r.MaxNewTokens!.Value);

    private static double Note(double value, string what)
    {
        Console.Error.WriteLine($"{what}: {value:F1}");
        return value;
    }

    /// <summary>Rows in the order of their prompts; a stream is used up by a run, so they are made anew for each.</summary>
    internal static GenerationRequest[] Rows(LocalStudent student) => [..
        from item in Questions().Select((question, i) => (Ids: student.EncodePrompt(new Problem($"gsm8k-{i}", question, "")), i))
        from sample in Enumerable.Range(0, 4)
        let row = 4 * item.i + sample
        select new GenerationRequest(item.Ids, new RandomStream(1, $"gsm8k-{item.i}", sample), 16 + 97 * row % 241)];

    private static IEnumerable<string> Questions() =>
        File.ReadLines(SharedFiles.Path("data/gsm8k/train.jsonl")).Take(64).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("question").GetString()!);

    internal static LocalStudent Load(ScalarType type)
    {
        TorchRuntime.EnsureLoaded();
        return LocalStudent.LoadAsync(SharedFiles.RealModel(), new LoadOptions { Target = new ComputeTarget(CPU, type) }).GetAwaiter().GetResult();
    }
}
