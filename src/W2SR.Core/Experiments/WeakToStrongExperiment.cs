using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
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

/// <summary>
/// The paper's experiment in small: two bases are pre-trained on mostly direct answers, GRPO makes the weak one a reasoner, its traces teach
/// the strong one, and RL on the strong one is the ceiling. Every stage is kept in the run folder and never done twice.
/// </summary>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class WeakToStrongExperiment(WeakToStrongOptions? options = null)
{
    private const int MaxNewTokens = 40, ContextLength = 64, MicroBatchTokens = 512;
    private static readonly string[] Variants = ["W2SR", "W2SR-P", "W2SR-N", "non-reasoner", "gold", "format-only"];

    private static readonly string[] NotStudents = ["weak base", "teacher", "non-reasoner teacher", "student", "RL student"];
    private static readonly JsonSerializerOptions ResultsJson = new(W2srJson.Indented) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };
    private readonly WeakToStrongOptions options = options ?? new WeakToStrongOptions();
    private readonly ExactVerifier verifier = new();

    /// <summary>Version of the library, as run folders and results carry it.</summary>
    public static string Version { get; } =
        typeof(WeakToStrongExperiment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The finished result of a run folder, or null when it is not finished.</summary>
    /// <exception cref="W2srFormatException"><c>results.json</c> is damaged.</exception>
    public static WeakToStrongResults? FindResults(string folder)
    {
        var file = Path.Combine(folder, "results.json");
        if (!File.Exists(file)) return null;
        try
        {
            return JsonSerializer.Deserialize<WeakToStrongResults>(File.ReadAllBytes(file), ResultsJson);
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(file, null, $"is damaged ({e.Message}). Delete it; the stages beside it are kept, and the result is made from them anew.", e);
        }
    }

    /// <summary>Runs what the folder does not have yet and returns the result.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="progress">Told of every stage; called from several threads.</param>
    /// <param name="workers">Stages that run side by side.</param>
    /// <param name="cancellationToken">Stops between tokens and micro-batches; finished stages stay.</param>
    public WeakToStrongResults Run(string folder, IProgress<StageProgress>? progress = null, int workers = 2, CancellationToken cancellationToken = default)
    {
        options.Validate();
        using var run = RunFolder.Open(folder, Identity());
        if (FindResults(folder) is { } finished) return finished;
        var bench = new Workbench(this, run, progress);
        bench.Plan().Run(workers, cancellationToken);
        var results = Summarize(run);
        AtomicFile.WriteText(run.PathOf("report.md"), WeakToStrongReport.Markdown(results));
        AtomicFile.WriteText(run.PathOf("results.json"), JsonSerializer.Serialize(results, ResultsJson));
        return results;
    }

    private Dictionary<string, string> Identity()
    {
        var settings = JsonSerializer.SerializeToElement(options, W2srJson.Line).EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetRawText());
        settings["version"] = Version;
        return settings;
    }

    private WeakToStrongResults Summarize(RunFolder run)
    {
        StageRecord Record(string stage) => run.Find<StageRecord>(stage) ?? throw new InvalidOperationException($"Stage '{stage}' is not done.");
        string[] names = [.. NotStudents, .. Variants.Select(StudentName)];
        double[] temperatures = [options.PrimaryTemperature, 1.0, 0.0];
        var problems = TestProblems(new RouteWorld(options.World));
        var longRoutes = problems.Where(p => p.Level >= 3).Select(p => p.Id).ToHashSet();
        EvaluationResult Result(string name, int t) => Record($"measure {name}").Evaluations[t];
        ModelRow Row(string name, int t)
        {
            var (result, made) = (Result(name, t), Record(TrainingStage(name)));
            var interval = result.AccuracyInterval();
            var distant = result.Samples.Where(s => longRoutes.Contains(s.ProblemId)).Select(s => s.Outcome == VerdictOutcome.Correct ? 1.0 : 0).DefaultIfEmpty(0).Average();
            return new ModelRow(name, result.Accuracy(), interval.Low, interval.High, distant, result.ReasoningShare(), result.MeanLength(), made.Seconds, made.Flops);
        }
        RgrRow Recovered(string variant, int t)
        {
            var rgr = RgrMetric.Compute(Result("student", t), Result(StudentName(variant), t), Result("RL student", t), options.Seed);
            return new RgrRow(variant, rgr.Point, rgr.Interval?.Low, rgr.Interval?.High, rgr.UndefinedBecause);
        }
        DifferenceRow Against(string left)
        {
            var d = PairedDifference.Compute(Result(left, 0), Result("format-only student", 0), options.Seed);
            return new DifferenceRow(left, "format-only student", d.Point, d.Interval.Low, d.Interval.High);
        }
        CostRatios Costs(Func<StageRecord, double> of)
        {
            double rl = of(Record("RL student")), sft = of(Record("student W2SR")), traces = of(Record("traces W2SR")), teacher = of(Record("teacher"));
            return new CostRatios(rl / sft, rl / (sft + traces), rl / (sft + traces + teacher));
        }
        var models = names.Select(n => Row(n, 0)).ToArray();
        var rgrRows = Variants.Select(v => Recovered(v, 0)).ToArray();
        DifferenceRow[] differences = [Against("W2SR"), Against("W2SR-P"), Against("W2SR-N")];
        var cost = Costs(r => r.Flops);
        var (confirmed, not) = WeakToStrongClaims.Judge(models, rgrRows, differences, cost);
        return new WeakToStrongResults
        {
            Version = Version,
            Seed = options.Seed,
            Settings = options,
            Models = models,
            Rgr = rgrRows,
            Differences = differences,
            Cost = cost,
            CostSeconds = Costs(r => r.Seconds),
            Confirmed = confirmed,
            NotConfirmed = not,
            OtherTemperatures = [.. Enumerable.Range(1, temperatures.Length - 1).Select(t => new TemperatureRow(temperatures[t], [.. names.Select(n => Row(n, t))], [.. Variants.Select(v => Recovered(v, t))]))],
        };
    }

    private IReadOnlyList<Problem> TestProblems(RouteWorld world) => world.DrawDistinct(options.TestProblems, options.Seed, options.EvaluationSplit);

    private static string StudentName(string variant) => variant is "non-reasoner" or "gold" or "format-only" ? variant + " student" : variant;

    /// <summary>The stage that made a model of the table.</summary>
    private static string TrainingStage(string model) => model switch
    {
        "weak base" or "teacher" or "non-reasoner teacher" or "RL student" => model,
        "student" => "strong base",
        _ => "student " + Variants.Single(v => StudentName(v) == model),
    };

    /// <summary>The stages, with what they share.</summary>
    private sealed class Workbench(WeakToStrongExperiment experiment, RunFolder run, IProgress<StageProgress>? progress)
    {
        private readonly WeakToStrongOptions options = experiment.options;
        private readonly RouteWorld world = new(experiment.options.World);
        private readonly ReasoningPrompt prompt = new("Q: {problem} ?");

        private WordTokenizer Tokenizer { get; } = new(new RouteWorld(experiment.options.World).Words);

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
            void Measure(string model, string made) => Add($"measure {model}", [made], (stage, ct) => Evaluate(stage, model, made, ct));

            Add("strong base", [], (s, ct) => Pretrain(s, options.Strong, ct));
            Add("weak base", [], (s, ct) => Pretrain(s, options.Weak, ct));
            Add("teacher", ["weak base"], (s, ct) => options.TeacherReasons
                ? Reinforce(s, "weak base", options.Weak.GrpoLearningRate, ct)
                : TrainOnDirectAnswers(s, "weak base", ct));
            Add("traces W2SR", ["teacher"], (s, ct) => WriteTraces(s, "teacher", options.TracesPerVariant, ct));
            Add("traces more", ["traces W2SR"], (s, ct) => WriteTraces(s, "teacher", 4 * options.TracesPerVariant, ct));
            Measure("weak base", "weak base");
            Measure("teacher", "teacher");
            Add("RL student", ["strong base"], (s, ct) => Reinforce(s, "strong base", options.Strong.GrpoLearningRate, ct));
            Add("non-reasoner teacher", ["strong base"], (s, ct) => TrainOnDirectAnswers(s, "strong base", ct));
            Add("traces non-reasoner", ["non-reasoner teacher"], (s, ct) => WriteTraces(s, "non-reasoner teacher", options.TracesPerVariant, ct));
            Add("student W2SR", ["strong base", "traces W2SR"], (s, ct) => Teach(s, TraceSelection.All, "traces W2SR", ct));
            Add("student W2SR-P", ["strong base", "traces more"], (s, ct) => Teach(s, TraceSelection.Positive, "traces more", ct));
            Add("student W2SR-N", ["strong base", "traces more"], (s, ct) => Teach(s, TraceSelection.Negative, "traces more", ct));
            Add("student non-reasoner", ["strong base", "traces non-reasoner"], (s, ct) => Teach(s, TraceSelection.All, "traces non-reasoner", ct));
            Add("student gold", ["strong base"], (s, ct) => TeachWritten(s, p => p.Solution!, ct));
            Add("student format-only", ["strong base"], (s, ct) => TeachWritten(s, p => world.RandomPlacesSolution(p, new RandomStream(options.Seed, "format-only " + p.Id)), ct));
            Measure("student", "strong base");
            Measure("RL student", "RL student");
            Measure("non-reasoner teacher", "non-reasoner teacher");
            foreach (var variant in Variants) Measure(StudentName(variant), "student " + variant);
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
            var model = new CausalLm(Config(plan, Tokenizer.VocabularySize));
            model.LoadWeights(WeightsOf(stage));
            return new LocalStudent(stage, model, Tokenizer, prompt);
        }

        private string WeightsOf(string stage)
        {
            Directory.CreateDirectory(run.PathOf("models"));
            return Path.Combine(run.PathOf("models"), stage.Replace(' ', '-') + ".safetensors");
        }

        private StageRecord Pretrain(string stage, ModelPlan plan, CancellationToken ct)
        {
            using var student = new LocalStudent(stage, CausalLm.CreateRandom(Config(plan, Tokenizer.VocabularySize), options.Seed), Tokenizer, prompt);
            var trainer = new SftTrainer(new SftOptions
            {
                LearningRate = plan.PretrainLearningRate,
                Schedule = LearningRateSchedule.Kind.HoldThenLinear,
                WarmupRatio = Math.Min(0.1, 50.0 / plan.PretrainSteps),
                Optimizer = new AdamWOptions { Beta2 = 0.98, WeightDecay = 0.01 },
                MicroBatchTokens = MicroBatchTokens,
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
            new(student.EncodePrompt(problem), [.. Tokenizer.Encode(response), Tokenizer.EndIds[0]]);

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
            return Keep(stage, student, new GrpoTrainer(grpo, experiment.verifier).Train(student, problems, Watch(stage), ct));
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
                ["version"] = Version,
            };
            var clock = Stopwatch.StartNew();
            using var store = TraceStore.Open(TracesOf(stage), manifest);
            var traces = new TraceGenerator(reasoner, sampling).GenerateAsync(TraceProblems(count), store,
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
            var chosen = TraceFilter.Apply(problems, traces, experiment.verifier, selection).Kept.Take(options.TracesPerVariant).ToArray();
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
                MicroBatchTokens = MicroBatchTokens,
                Seed = options.Seed,
            }).Train(student.Model, examples, Watch(stage), ct);
        }

        private StageRecord Evaluate(string stage, string model, string made, CancellationToken ct)
        {
            using var reasoner = Load(made);
            var problems = experiment.TestProblems(world);
            var evaluator = new Evaluator(experiment.verifier, RouteWorld.Reasons);
            var results = new List<EvaluationResult>();
            var clock = Stopwatch.StartNew();
            foreach (var temperature in new[] { options.PrimaryTemperature, 1.0, 0.0 })
            {
                var sampling = new SamplingOptions { Temperature = temperature, MaxNewTokens = MaxNewTokens, Seed = options.Seed + 4 };
                results.Add(evaluator.EvaluateAsync(reasoner, problems, sampling, ct).GetAwaiter().GetResult() with { Name = model });
                progress?.Report(new StageProgress(stage, results.Count, 4, $"{results[0].Accuracy():P1} correct", clock.Elapsed / results.Count * (3 - results.Count)));
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
    }

    private sealed class Relay<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
