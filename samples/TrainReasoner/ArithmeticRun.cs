using System.Globalization;
using Spectre.Console;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tokens;
using W2SR.Core.Training;
using W2SR.Core.Verification;

namespace W2SR.Samples.TrainReasoner;

/// <summary>Pre-training on mostly direct answers, GRPO, and the accuracy on held-out problems before and after.</summary>
internal sealed record ArithmeticRun
{
    private const int MaxNewTokens = 80;
    private static readonly ExactVerifier Verifier = new();

    public required ulong Seed { get; init; }

    public required string Folder { get; init; }

    public required int Steps { get; init; }

    public required double LearningRate { get; init; }

    public required int PretrainingSteps { get; init; }

    public required int TestProblems { get; init; }

    private ArithmeticWorld World { get; } = new(new ArithmeticWorldOptions { Largest = 30, MinSteps = 5, MaxSteps = 8 });

    public void Execute(CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PretrainingSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TestProblems, 1);
        Directory.CreateDirectory(Folder);
        var tokenizer = new WordTokenizer(World.Words);
        var model = CausalLm.CreateRandom(new DecoderConfig
        {
            VocabularySize = tokenizer.VocabularySize,
            HiddenSize = 64,
            LayerCount = 2,
            HeadCount = 2,
            KeyValueHeadCount = 2,
            HeadSize = 32,
            FeedForwardSize = 160,
            ContextLength = 128,
        }, Seed);
        using var student = new LocalStudent("reasoner", model, tokenizer, new ReasoningPrompt("Q: {problem} ?"));
        Pretrain(student, cancellation);
        var test = World.DrawDistinct(TestProblems, Seed + 1, DataSplit.Test);
        var before = Measure(student, test, cancellation);
        Console.WriteLine($"Before: {before}");
        var run = Reinforce(student, cancellation);
        var after = Measure(student, test, cancellation);
        foreach (var finding in run.Findings) Console.WriteLine(finding);
        Console.WriteLine($"Before: {before}");
        Console.WriteLine($"After:  {after}");
        student.Model.SaveWeights(Path.Combine(Folder, "model.safetensors"));
        Console.WriteLine($"Written to {Path.GetFullPath(Folder)}: model.safetensors, metrics.jsonl.");
    }

    private void Pretrain(LocalStudent student, CancellationToken cancellation)
    {
        TrainingExample Example(Problem problem, string response) =>
            new(student.EncodePrompt(problem), [.. student.Tokenizer.Encode(response), student.Tokenizer.EndIds[0]]);
        var options = new SftOptions
        {
            LearningRate = 4e-3,
            Schedule = LearningRateSchedule.Kind.HoldThenLinear,
            WarmupRatio = 0.05,
            Optimizer = new AdamWOptions { Beta2 = 0.98, WeightDecay = 0.01 },
            Compute = new SftComputeOptions { MicroBatchTokens = 4096 },
            Seed = Seed,
            State = new TrainingStateOptions { Folder = Path.Combine(Folder, "pretraining"), EverySteps = 100 },
        };
        StepDisplay.Show("Pre-training", PretrainingSteps, progress => new SftTrainer(options).Train(student.Model, PretrainingSteps, step =>
        {
            // Work is shown often enough to learn how, and in the last fifth so seldom that the model gets used to answering at once.
            var worked = step < 0.8 * PretrainingSteps ? 24 : 4;
            var random = new RandomStream(Seed, "pre-training", 0, step);
            return [.. Enumerable.Range(0, 80).Select(i =>
            {
                var problem = World.Draw(random, DataSplit.Train);
                return Example(problem, i < worked ? problem.Solution! : ArithmeticWorld.DirectSolution(problem));
            })];
        }, progress, cancellation));
    }

    private TrainingRun Reinforce(LocalStudent student, CancellationToken cancellation)
    {
        var options = new GrpoOptions
        {
            Steps = Steps,
            ProblemsPerStep = 64,
            GroupSize = 8,
            UpdatesPerStep = 2,
            LearningRate = LearningRate,
            Schedule = LearningRateSchedule.Kind.Linear,
            WarmupRatio = 0.05,
            MaxNewTokens = MaxNewTokens,
            MicroBatchTokens = 8192,
            Loss = new PolicyLossOptions { ClipHigh = 0.28 },
            Seed = Seed,
            State = new TrainingStateOptions { Folder = Path.Combine(Folder, "grpo"), EverySteps = 5 },
            MetricsFile = Path.Combine(Folder, "metrics.jsonl"),
        };
        var problems = World.DrawDistinct(64 * Math.Min(Steps, 100), Seed + 2, DataSplit.Train);
        return StepDisplay.Show("GRPO", Steps, progress => new GrpoTrainer(options, Verifier).Train(student, problems, progress, cancellation));
    }

    private string Measure(LocalStudent student, IReadOnlyList<Problem> problems, CancellationToken cancellation)
    {
        var traces = student.Solve(problems, new SamplingOptions { Temperature = 1, MaxNewTokens = MaxNewTokens, Seed = Seed }, cancellation);
        var right = traces.Zip(problems).Count(p => Verifier.Verify(p.Second, p.First.Response).IsCorrect);
        var interval = ProportionInterval.Wilson(right, problems.Count);
        var reasons = traces.Count(t => t.Response.Contains("<think>", StringComparison.Ordinal)) / (double)traces.Count;
        return string.Create(CultureInfo.InvariantCulture,
            $"{100.0 * right / problems.Count:F1}% of {problems.Count} held-out problems right (95% interval {100 * interval.Low:F1} to {100 * interval.High:F1}), {100 * reasons:F0}% of answers show work.");
    }
}
