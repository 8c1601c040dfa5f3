using TorchSharp;
using W2SR.Core.Benchmarks.Generation;
using W2SR.Core.Benchmarks.Checkpoints;
using W2SR.Core.Benchmarks.Tokens;
using W2SR.Core.Benchmarks.Training;
using W2SR.Core.Benchmarks.Verification;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using W2SR.Core.Training;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Benchmarks.Ratios;

/// <summary>The ratios of this version, on the quickstart's strong model.</summary>
internal static class AllRatios
{
    private const string HeadMemory = "head-memory-saving";

    private static readonly DecoderConfig Strong = new()
    {
        VocabularySize = 74,
        HiddenSize = 128,
        LayerCount = 3,
        HeadCount = 4,
        KeyValueHeadCount = 4,
        HeadSize = 32,
        FeedForwardSize = 320,
        ContextLength = 256,
    };

    public static IReadOnlyList<Ratio> List { get; } =
    [
        new("generation-batch-vs-one-row", 4, "tokens/s of 128 rows together over one row at a time", "585,088 parameters, 128 prompts of 8 tokens, 24 new tokens, float32", GenerationBatch),
        new("optimizer-fused-vs-torchsharp", 4, "time of TorchSharp's AdamW over the flat fused step", "585,088 parameters in 32 tensors", OptimizerStep),
        new("training-sorted-vs-one-batch", 1.3, "time of one padded batch over batches sorted by length", "24 rows of 30 and 60 rows of 13 tokens, forward and backward", SortedBatches),
        new(HeadMemory, 1.5, "peak memory with logits at every position over supervised positions only", "vocabulary 32,768, 16 rows of 256 tokens of which 64 are supervised, forward and backward",
            () => RatioRunner.MemoryRatio(HeadMemory, "full", "supervised", "idle"))
        {
            Arms = new Dictionary<string, Action> { ["full"] = () => HeadArm(full: true), ["supervised"] = () => HeadArm(full: false), ["idle"] = () => ones(1).Dispose() },
        },
        .. GenerationRatios.List,
        .. TokenizerRatios.List,
        .. CheckpointRatios.List,
        .. SftRatios.List,
        .. VerifierRatios.List,
        .. GrpoRatios.List,
    ];

    private static double GenerationBatch()
    {
        using var model = CausalLm.CreateRandom(Strong, 1);
        GenerationRequest[] Requests() => [.. Enumerable.Range(0, 128).Select(i => new GenerationRequest([1, 2, 3, 4, 5, 6, 7, 8], new RandomStream(1, $"{i}")))];
        var sampling = new SamplingOptions { Temperature = 1, MaxNewTokens = 24 };
        void Run(int rows) => new SequenceGenerator(model, [], new GeneratorOptions { MaxRows = rows }).Generate(Requests(), sampling);
        return RatioRunner.TimeRatio(() => Run(1), () => Run(128));
    }

    private static double OptimizerStep()
    {
        const int steps = 50;
        using var model = CausalLm.CreateRandom(Strong, 1);
        using var flat = new FlatAdamW(model, new AdamWOptions());
        model.Parameters.Gradients!.fill_(0.01f);
        var parts = model.Parameters.Layout.Slots.Select(s => new TorchSharp.Modules.Parameter(ones(s.Shape))).ToArray();
        foreach (var part in parts) part.grad = full_like(part, 0.01);
        using var plain = optim.AdamW(parts, lr: 1e-4);
        void Repeat(Action step)
        {
            for (var i = 0; i < steps; i++) step();
        }
        return RatioRunner.TimeRatio(() => Repeat(() => plain.step()), () => Repeat(() => flat.Step(1e-4)));
    }

    private static double SortedBatches()
    {
        using var model = CausalLm.CreateRandom(Strong, 1);
        using var weights = new TrainingWeights(model);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        TrainingExample Make(int prompt, int response) => new([.. Enumerable.Repeat(3, prompt)], [.. Enumerable.Repeat(5, response)]);
        TrainingExample[] examples = [.. Enumerable.Range(0, 24).Select(_ => Make(10, 21)), .. Enumerable.Range(0, 60).Select(_ => Make(11, 3))];
        void Step(int budget) => new SupervisedUpdate(weights, optimizer, new UpdateSettings(budget), 1).Run(examples, 1e-5, 1, default);
        return RatioRunner.TimeRatio(() => Step(100_000), () => Step(512));
    }

    private static void HeadArm(bool full)
    {
        using var model = CausalLm.CreateRandom(Strong with { VocabularySize = 32_768 }, 1);
        model.Parameters.EnableGradients();
        using var scope = NewDisposeScope();
        using var batch = new ExampleBatch([.. Enumerable.Range(0, 16).Select(_ => new TrainingExample([.. Enumerable.Repeat(7, 192)], [.. Enumerable.Repeat(9, 64)]))], torch.CPU);
        var logits = full ? model.Logits(batch.Ids).view(-1, 32_768).index_select(0, batch.Positions) : batch.SupervisedLogits(model);
        F.cross_entropy(logits, batch.Targets).backward();
    }
}
