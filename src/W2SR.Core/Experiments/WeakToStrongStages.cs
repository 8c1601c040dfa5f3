using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tokens;
using W2SR.Core.Traces;
using W2SR.Core.Training;
using W2SR.Core.Verification;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace W2SR.Core.Experiments;

/// <summary>The experiment's stages and what they share: models, tokenizer and prompt. Each leaves files in the run folder and a record of its cost.</summary>
internal sealed class WeakToStrongStages(WeakToStrongOptions options, RunFolder run, IProgress<StageProgress>? progress)
{
    private const int MaxNewTokens = 40, ContextLength = 64, MicroBatchTokens = 512, TraceChunk = 256;
    private readonly ExactVerifier verifier = new();
    private readonly RouteWorld world = new(options.World);
    private readonly ReasoningPrompt prompt = new("Q: {problem} ?");

    private readonly WordTokenizer tokenizer = new(new RouteWorld(options.World).Words);

    public StageSchedule Plan()
    {
        var schedule = new StageSchedule();
        void Add(string name, string[] needs, Func<string, CancellationToken, StageRecord> work) => schedule.Add(name, needs, ct =>
        {
            if (run.Find<StageRecord>(name) is null)
            {
                progress?.Report(new StageProgress(name, 0, 1, "", TimeSpan.Zero));
                run.Finish(name, work(name, ct));
            }
            progress?.Report(new StageProgress(name, 1, 1, "done", TimeSpan.Zero));
        });
        void Measure(string model)
        {
            var made = WeakToStrongNames.TrainingStage(model);
            Add(WeakToStrongNames.MeasuringStage(model), [made], (stage, ct) => Evaluate(stage, model, made, ct));
        }


        Add("strong base", [], (s, ct) => Pretrain(s, options.Strong, ct));
        Add("weak base", [], (s, ct) => Pretrain(s, options.Weak, ct));
        Add("teacher", ["weak base"], (s, ct) => options.TeacherReasons
            ? Reinforce(s, "weak base", options.Weak.GrpoLearningRate, ct)
            : TrainOnDirectAnswers(s, "weak base", ct));
        Add("traces W2SR", ["teacher"], (s, ct) => WriteTraces(s, "teacher", options.TracesPerVariant, ct));
        Add("traces more", ["traces W2SR"], (s, ct) => WriteTraces(s, "teacher", 4 * options.TracesPerVariant, ct));
        Measure("weak base");
        Measure("teacher");
        Add("RL student", ["strong base"], (s, ct) => Reinforce(s, "strong base", options.Strong.GrpoLearningRate, ct));
        Add("non-reasoner teacher", ["strong base"], (s, ct) => TrainOnDirectAnswers(s, "strong base", ct));
        Add("traces non-reasoner", ["non-reasoner teacher"], (s, ct) => WriteTraces(s, "non-reasoner teacher", options.TracesPerVariant, ct));
        Add("student W2SR", ["strong base", "traces W2SR"], (s, ct) => Teach(s, TraceSelection.All, "traces W2SR", ct));
        Add("student W2SR-P", ["strong base", "traces more"], (s, ct) => Teach(s, TraceSelection.Positive, "traces more", ct));
        Add("student W2SR-N", ["strong base", "traces more"], (s, ct) => Teach(s, TraceSelection.Negative, "traces more", ct));
        Add("student non-reasoner", ["strong base", "traces non-reasoner"], (s, ct) => Teach(s, TraceSelection.All, "traces non-reasoner", ct));
        Add("student gold", ["strong base"], (s, ct) => TeachWritten(s, p => p.Solution!, ct));
        Add("student format-only", ["strong base"], (s, ct) => TeachWritten(s, p => world.RandomPlacesSolution(p, new RandomStream(options.Seed, "format-only " + p.Id)), ct));
        Measure("student");
        Measure("RL student");
        Measure("non-reasoner teacher");
        foreach (var variant in WeakToStrongNames.Variants) Measure(WeakToStrongNames.StudentOf(variant));
        return schedule;
    }

    private static DecoderConfig Config(ModelPlan plan, int vocabulary) => new()
    {
        VocabularySize = vocabulary,
        HiddenSize = plan.HiddenSize,
        LayerCount = plan.LayerCount,
        HeadCount = plan.HeadCount,
        KeyValueHeadCount = plan.HeadCount,
        HeadSize = plan.HiddenSize / plan.HeadCount,
        FeedForwardSize = plan.FeedForwardSize,
        ContextLength = ContextLength,
    };

    private LocalStudent Load(string stage)
    {
        var plan = stage is "weak base" or "teacher" ? options.Weak : options.Strong;
        var model = new CausalLm(Config(plan, tokenizer.VocabularySize));
        model.LoadWeights(WeightsOf(stage));
        return new LocalStudent(stage, model, tokenizer, prompt);
    }

    private string WeightsOf(string stage)
    {
        Directory.CreateDirectory(run.PathOf("models"));
        return Path.Combine(run.PathOf("models"), stage.Replace(' ', '-') + ".safetensors");
    }

    private StageRecord Pretrain(string stage, ModelPlan plan, CancellationToken ct)
    {
        using var student = new LocalStudent(stage, CausalLm.CreateRandom(Config(plan, tokenizer.VocabularySize), options.Seed), tokenizer, prompt);
        var trainer = new SftTrainer(new SftOptions
        {
            LearningRate = plan.PretrainLearningRate,
            Schedule = LearningRateSchedule.Kind.HoldThenLinear,
            WarmupRatio = Math.Min(0.1, 50.0 / plan.PretrainSteps),
            Optimizer = new AdamWOptions { Beta2 = 0.98, WeightDecay = 0.01 },
            Compute = new SftComputeOptions { MicroBatchTokens = MicroBatchTokens },
        });
        var trained = trainer.Train(student.Model, plan.PretrainSteps, step =>
        {
            // The same documents for both bases: they differ in size alone.
            var random = new RandomStream(options.Seed, "pre-training", 0, step);
            return [.. Enumerable.Range(0, options.WorkedDocuments + options.DirectDocuments).Select(i =>
            {
                var problem = world.Draw(random, DataSplit.Train);
                return Example(student, problem, i < options.WorkedDocuments ? problem.Solution! : RouteWorld.DirectSolution(problem));
            })];
        }, Watch(stage), ct);
        return Keep(stage, student, trained);
    }

    private TrainingExample Example(LocalStudent student, Problem problem, string response) =>
        new(student.EncodePrompt(problem), [.. tokenizer.Encode(response), tokenizer.EndIds[0]]);

    private StageRecord Reinforce(string stage, string from, double learningRate, CancellationToken ct)
    {
        using var student = Load(from);
        var grpo = new GrpoOptions
        {
            Steps = options.GrpoSteps,
            ProblemsPerStep = 32,
            GroupSize = 8,
            UpdatesPerStep = 2,
            LearningRate = learningRate,
            Schedule = LearningRateSchedule.Kind.Constant,
            MaxNewTokens = MaxNewTokens,
            Loss = new PolicyLossOptions { Type = PolicyLossType.Dapo },
            MicroBatchTokens = 2 * MicroBatchTokens,
            Seed = options.Seed,
        };
        var problems = world.DrawDistinct(32 * options.GrpoSteps, options.Seed + 1, DataSplit.Train);
        return Keep(stage, student, new GrpoTrainer(grpo, verifier).Train(student, problems, Watch(stage), ct));
    }

    private StageRecord TrainOnDirectAnswers(string stage, string from, CancellationToken ct)
    {
        using var student = Load(from);
        var problems = world.DrawDistinct(4 * options.TracesPerVariant, options.Seed + 2, DataSplit.Train);
        return Keep(stage, student, FineTune(stage, student, [.. problems.Select(p => Example(student, p, RouteWorld.DirectSolution(p)))], ct));
    }

    private StageRecord WriteTraces(string stage, string teacher, int count, CancellationToken ct)
    {
        using var reasoner = Load(teacher);
        var sampling = new SamplingOptions { Temperature = options.TraceTemperature, MaxNewTokens = MaxNewTokens, Seed = options.Seed };
        var manifest = new Dictionary<string, string>
        {
            ["model"] = ContentHash.OfFile(WeightsOf(teacher)),
            ["prompt"] = prompt.Template,
            ["sampling"] = ContentHash.OfValue(sampling),
            ["problems"] = $"train, seed {options.Seed + 3}, {count}",
            ["version"] = WeakToStrongExperiment.Version,
        };
        var clock = Stopwatch.StartNew();
        using var store = TraceStore.Open(TracesOf(stage), manifest);
        var traces = new TraceGenerator(reasoner, sampling, TraceChunk).GenerateAsync(TraceProblems(count), store,
            new Relay<TraceProgress>(p => progress?.Report(new StageProgress(stage, p.Done, p.Total + 1, $"{p.TokensPerSecond:F0} tokens/s", p.Remaining))), ct)
            .GetAwaiter().GetResult();
        var flops = DecoderFlops.Forward(reasoner.Model.Config, traces.Select(t => t.PromptTokens + t.ResponseTokens - 1), traces.Sum(t => (long)t.ResponseTokens));
        return new StageRecord { Seconds = clock.Elapsed.TotalSeconds, Flops = flops };
    }

    private string TracesOf(string stage) => Path.Combine(run.PathOf("traces"), stage["traces ".Length..] + ".jsonl");

    /// <summary>A longer list begins with the shorter one.</summary>
    private IReadOnlyList<Problem> TraceProblems(int count) => world.DrawDistinct(count, options.Seed + 3, DataSplit.Train);

    private StageRecord Teach(string stage, TraceSelection selection, string source, CancellationToken ct)
    {
        using var student = Load("strong base");
        var traces = TraceStore.Read(TracesOf(source));
        var problems = TraceProblems(traces.Count);
        var chosen = TraceFilter.Apply(problems, traces, verifier, selection).Kept.Take(options.TracesPerVariant).ToArray();
        // A teacher may be right, or wrong, too seldom for this variant; the student is then the base, and the report shows that.
        if (chosen.Length == 0) return Keep(stage, student, null);
        var byId = problems.ToDictionary(p => p.Id, StringComparer.Ordinal);
        return Keep(stage, student, FineTune(stage, student,
            [.. chosen.Select(t => new TrainingExample(student.EncodePrompt(byId[t.ProblemId]), student.EncodeResponse(t)))], ct));
    }

    private StageRecord TeachWritten(string stage, Func<Problem, string> write, CancellationToken ct)
    {
        using var student = Load("strong base");
        return Keep(stage, student, FineTune(stage, student, [.. TraceProblems(options.TracesPerVariant).Select(p => Example(student, p, write(p)))], ct));
    }

    private TrainingRun FineTune(string stage, LocalStudent student, IReadOnlyList<TrainingExample> examples, CancellationToken ct)
    {
        var steps = (examples.Count + options.SftBatchSize - 1) / options.SftBatchSize;
        return new SftTrainer(new SftOptions
        {
            LearningRate = options.SftLearningRate,
            Epochs = 1,
            BatchSize = options.SftBatchSize,
            Schedule = LearningRateSchedule.Kind.Linear,
            WarmupRatio = Math.Min(0.3, 5.0 / steps),
            Optimizer = new AdamWOptions { Beta2 = 0.98, WeightDecay = 0.01 },
            Compute = new SftComputeOptions { MicroBatchTokens = MicroBatchTokens },
            Seed = options.Seed,
        }).Train(student.Model, examples, Watch(stage), ct);
    }

    private StageRecord Evaluate(string stage, string model, string made, CancellationToken ct)
    {
        using var reasoner = Load(made);
        var problems = WeakToStrongNames.TestProblems(options, world);
        var evaluator = new Evaluator(verifier, RouteWorld.Reasons);
        var results = new List<EvaluationResult>();
        var clock = Stopwatch.StartNew();
        var temperatures = WeakToStrongNames.Temperatures(options);
        foreach (var temperature in temperatures)
        {
            var sampling = new SamplingOptions { Temperature = temperature, MaxNewTokens = MaxNewTokens, Seed = options.Seed + 4 };
            results.Add(evaluator.EvaluateAsync(reasoner, problems, sampling, ct).GetAwaiter().GetResult() with { Name = model });
            progress?.Report(new StageProgress(stage, results.Count, temperatures.Length + 1, $"{results[0].Accuracy():P1} correct", clock.Elapsed / results.Count * (temperatures.Length - results.Count)));
        }
        return new StageRecord { Seconds = clock.Elapsed.TotalSeconds, Evaluations = results };
    }

    private StageRecord Keep(string stage, LocalStudent student, TrainingRun? trained)
    {
        student.Model.SaveWeights(WeightsOf(stage));
        return new StageRecord { Seconds = trained?.Elapsed.TotalSeconds ?? 0, Flops = trained?.Flops ?? 0 };
    }

    private Relay<TrainingStep> Watch(string stage) => new(step => progress?.Report(new StageProgress(
        stage, step.Step, step.TotalSteps + 1, step.Reward is { } reward ? $"reward {reward:F3}" : $"loss {step.Loss:F3}", step.Remaining)));

    private sealed class Relay<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
