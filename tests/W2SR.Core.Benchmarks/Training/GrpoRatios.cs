using System.Diagnostics;
using W2SR.Core.Benchmarks.Ratios;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Training;
using W2SR.Core.Verification;

namespace W2SR.Core.Benchmarks.Training;

/// <summary>What GRPO adds to its two halves: rollouts against the bare generation engine, updates and memory against supervised training of the same sequences. Real model, GSM8K.</summary>
internal static class GrpoRatios
{
    private const string Memory = "grpo-memory-vs-sft";
    private const int Problems = 8, Group = 8, NewTokens = 64, MicroBatchTokens = 1024, Turns = 2;
    private const string Rollouts = "SmolLM2-135M-Instruct, 8 GSM8K prompts x 8 responses of at most 64 tokens, T 1, float32";
    private const string Updates = "SmolLM2-135M-Instruct, 16 GSM8K training rows in its chat format, micro-batches of 1,024 tokens, one update, float32";

    public static IReadOnlyList<Ratio> List { get; } =
    [
        new("grpo-rollout-vs-engine", 0.9, "tokens/s of a step's rollouts (prompts, rewards, log-probs, advantages) over the generation engine's on the same requests", Rollouts, RolloutShare),
        new("grpo-update-vs-sft", 0.85, "tokens/s of a policy update (no KL, one update a batch) over a supervised update's on the same sequences", Updates, UpdateShare),
        new(Memory, 1 / 1.15, "peak memory of supervised training over that of GRPO with rollouts, whole processes", $"{Rollouts}; micro-batches of 1,024 tokens", () => RatioRunner.PeakRatio(Memory, "sft", "grpo"))
        {
            Arms = new Dictionary<string, Action> { ["sft"] = SupervisedArm, ["grpo"] = GrpoArm },
        },
    ];

    private static GrpoOptions Options => new()
    {
        Steps = 2,
        ProblemsPerStep = Problems,
        GroupSize = Group,
        MaxNewTokens = NewTokens,
        MicroBatchTokens = MicroBatchTokens,
        LearningRate = 1e-6,
        Loss = new PolicyLossOptions(),
    };

    private static double RolloutShare()
    {
        using var student = Load();
        var problems = Read(Problems);
        var draw = new ProblemDraw(problems, 0, 1);
        var collector = new RolloutCollector(student, Options, [RewardPart.Accuracy(new MathVerifier())], draw);
        var engine = new SequenceGenerator(student.Model, student.Tokenizer.EndIds);
        var sampling = new SamplingOptions { Temperature = 1, MaxNewTokens = NewTokens };
        double rolloutSeconds = 0, engineSeconds = 0;
        for (var step = 0; step <= Turns; step++)
        {
            var clock = Stopwatch.StartNew();
            var rollouts = collector.Collect(step, default);
            var collected = clock.Elapsed.TotalSeconds;
            // The same draws again: prompts and random streams are the step's own.
            GenerationRequest[] requests = [.. rollouts.All.Select((r, i) => new GenerationRequest(r.Example.PromptIds, new RandomStream(0, r.ProblemId, i % Group, step + 1)))];
            clock.Restart();
            var sequences = engine.Generate(requests, sampling);
            if (sequences.Sum(s => s.Ids.Length) != rollouts.All.Sum(r => r.Example.ResponseIds.Length)) throw new InvalidOperationException("The two arms wrote different responses.");
            if (step == 0) continue; // warm-up
            rolloutSeconds += collected;
            engineSeconds += clock.Elapsed.TotalSeconds;
        }
        return engineSeconds / rolloutSeconds;
    }

    private static double UpdateShare()
    {
        using var student = Load();
        using var weights = new TrainingWeights(student.Model);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        var examples = Worked(student, 16);
        var supervised = new SupervisedUpdate(weights, optimizer, new UpdateSettings(MicroBatchTokens), 1);
        var policy = new PolicyUpdate(weights, null, optimizer, Options.Loss, new PolicyUpdateSettings(1, 1, IsOnPolicy: true, new PassOptions()));
        var micros = Micros(examples);
        return RatioRunner.TimeRatio(() => supervised.Run(examples, 1e-6, 1, default), () => policy.Run(micros, 1e-6, 1, default), rounds: 3);
    }

    private static PolicyMicroBatch[] Micros(TrainingExample[] examples)
    {
        var tokens = examples.Sum(e => e.ResponseIds.Length);
        return [.. ExampleBatch.Plan(examples, MicroBatchTokens).Select(rows => new PolicyMicroBatch(
            [.. rows.Select(r => new PolicySample(examples[r], r % 2 == 0 ? 1 : -1, new float[examples[r].ResponseIds.Length]))],
            new PolicyLossScale(examples.Length, tokens, NewTokens, rows.Sum(r => examples[r].ResponseIds.Length) / (double)tokens)))];
    }

    private static void SupervisedArm()
    {
        using var student = Load();
        using var weights = new TrainingWeights(student.Model);
        using var optimizer = new FlatAdamW(weights.Master, new AdamWOptions());
        var update = new SupervisedUpdate(weights, optimizer, new UpdateSettings(MicroBatchTokens), 1);
        // As many sequences as a step of the other arm, cut to its length.
        var examples = Worked(student, Problems * Group).Select(e => e with { ResponseIds = e.ResponseIds[..Math.Min(NewTokens, e.ResponseIds.Length)] }).ToArray();
        for (var step = 1; step <= 2; step++) update.Run(examples, 1e-6, step, default);
    }

    private static void GrpoArm()
    {
        using var student = Load();
        // Lengths differ within a group, so that every response trains.
        new GrpoTrainer(Options, [RewardPart.From("varied", s => s.ResponseIds.Average())]).Train(student, Read(2 * Problems));
    }

    private static LocalStudent Load() => LocalStudent.LoadAsync(SharedFiles.RealModel()).GetAwaiter().GetResult();

    private static Problem[] Read(int count) => [.. BenchmarkFile.Open(SharedFiles.Path("data/gsm8k/train.jsonl")).Read().Take(count)];

    private static TrainingExample[] Worked(LocalStudent student, int count) =>
        [.. Read(count).Select(p => new TrainingExample(student.EncodePrompt(p), [.. student.Tokenizer.Encode(p.Solution!), student.Tokenizer.EndIds[0]]))];
}
