using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tokens;
using W2SR.Core.Traces;
using W2SR.Core.Training;
using W2SR.Core.Verification;

namespace W2SR.Core.Experiments.Stages;

/// <summary>The route world: problems are drawn, models are trained from nothing.</summary>
internal sealed class RouteModels(RouteTask task, int? workers) : IExperimentTask
{
    private const int ContextLength = 64, MicroBatchTokens = 512, LengthProblems = 100;
    private const string WeightsFile = "model.safetensors";
    private readonly RouteWorld world = new(task.World);
    private readonly WordTokenizer tokenizer = new(new RouteWorld(task.World).Words);
    private readonly ReasoningPrompt prompt = new("Q: {problem} ?");

    public IVerifier Verifier { get; } = new ExactVerifier();

    public Func<string, bool>? Reasons => RouteWorld.Reasons;

    public string Prompt => prompt.Template;

    public int MaxNewTokens => 40;

    public int TraceChunk => 256;

    public int EvaluationChunk => task.TestProblems;

    // One thread a stage: sums then do not depend on how many processors a machine has.
    public (int Workers, int Threads) Parallelism => (workers ?? 2, 1);

    public object TrainIdentity => new { task.World, Prompt, MaxNewTokens, TraceChunk };

    public object TestIdentity => new { task.World, Prompt, MaxNewTokens, task.TestProblems, task.EvaluationSplit };

    public IReadOnlyList<Problem> TestProblems(ulong seed) => world.DrawDistinct(task.TestProblems, seed, task.EvaluationSplit);

    public IReadOnlyList<Problem> ReinforcementProblems(ulong seed, int count) => world.DrawDistinct(count, seed + 1, DataSplit.Train);

    public IReadOnlyList<Problem> DirectProblems(ulong seed, int count) => world.DrawDistinct(count, seed + 2, DataSplit.Train);

    public IReadOnlyList<Problem> TraceProblems(ulong seed, int count) => world.DrawDistinct(count, seed + 3, DataSplit.Train);

    public string DirectResponse(Problem problem) => RouteWorld.DirectSolution(problem);

    public string GoldResponse(Problem problem) => problem.Solution!;

    public IReadOnlyList<string> FormatOnlyResponses(IReadOnlyList<Problem> problems, ulong seed) =>
        [.. problems.Select(p => world.RandomPlacesSolution(p, new RandomStream(seed, "format-only " + p.Id)))];

    public Stage BaseStage(StageFactory factory, StageEstimates estimates, string name, BaseModel model, ulong seed)
    {
        var plan = model.Architecture!;
        return factory.Get(StageKind.Pretraining, name, seed, new { plan, task.World, Prompt, task.WorkedDocuments, task.DirectDocuments }, [], (context, cancellation) =>
        {
            using var student = new LocalStudent(name, CausalLm.CreateRandom(Shape(plan), seed), tokenizer, prompt);
            var trainer = new SftTrainer(new SftOptions
            {
                LearningRate = plan.PretrainLearningRate,
                Schedule = LearningRateSchedule.Kind.HoldThenLinear,
                WarmupRatio = Math.Min(0.1, 50.0 / plan.PretrainSteps),
                Optimizer = new AdamWOptions { Beta2 = 0.98, WeightDecay = 0.01 },
                Compute = new SftComputeOptions { MicroBatchTokens = MicroBatchTokens },
                MetricsFile = context.PathOf(StageWork.MetricsFile),
            });
            var run = trainer.Train(student.Model, plan.PretrainSteps, step => Documents(student, seed, step), StageWork.Watch(context), cancellation);
            Keep(student, context);
            return StageOutcome.Of(run, student.Model.ParameterCount);
        }, shape => estimates.Pretraining(shape, plan, task, Mean(p => LengthOf(DirectResponse(p)))));
    }

    public LocalStudent Open(Stage made, StageCache cache, string name)
    {
        var root = made;
        while (root.Origin is { } origin) root = origin;
        var plan = root.Settings.GetProperty("plan");
        int Size(string property) => plan.GetProperty(property).GetInt32();
        var model = new CausalLm(Shape(Size("hiddenSize"), Size("layerCount"), Size("headCount"), Size("feedForwardSize")));
        model.LoadWeights(Path.Combine(cache.FolderOf(made), WeightsFile));
        return new LocalStudent(name, model, tokenizer, prompt);
    }

    public TrainingRun Train(
        LocalStudent student, SftOptions options, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, IProgress<TrainingStep> progress, CancellationToken cancellationToken)
    {
        var byId = problems.ToDictionary(p => p.Id, StringComparer.Ordinal);
        return new SftTrainer(options).Train(student.Model,
            [.. traces.Select(t => new TrainingExample(student.EncodePrompt(byId[t.ProblemId]), student.EncodeResponse(t)))], progress, cancellationToken);
    }

    public void PrepareReinforcement(LocalStudent student, TrainingPlan training, ulong seed)
    {
    }

    public void Keep(LocalStudent student, StageContext context) => student.Model.SaveWeights(context.PathOf(WeightsFile));

    public TrainingStateOptions? StateIn(StageContext context) => null; // a stage takes a minute; see docs/decisions/0002

    public DecoderConfig ShapeOf(BaseModel model) => Shape(model.Architecture!);

    public SequenceLengths Lengths => new(Mean(LengthOf), Mean(p => LengthOf(GoldResponse(p))));

    public int LengthOf(Problem problem) => tokenizer.Encode(prompt.Render(problem)).Length;

    public int LengthOf(string response) => tokenizer.Encode(response).Length + 1;

    private double Mean(Func<Problem, int> length) => world.DrawDistinct(LengthProblems, 0, DataSplit.Train).Average(length);

    private DecoderConfig Shape(RouteModel plan) => Shape(plan.HiddenSize, plan.LayerCount, plan.HeadCount, plan.FeedForwardSize);

    private DecoderConfig Shape(int hidden, int layers, int heads, int feedForward) => new()
    {
        VocabularySize = tokenizer.VocabularySize,
        HiddenSize = hidden,
        LayerCount = layers,
        HeadCount = heads,
        KeyValueHeadCount = heads,
        HeadSize = hidden / heads,
        FeedForwardSize = feedForward,
        ContextLength = ContextLength,
    };

    /// <summary>The same documents for every base: they differ in size alone.</summary>
    private IReadOnlyList<TrainingExample> Documents(LocalStudent student, ulong seed, int step)
    {
        var random = new RandomStream(seed, "pre-training", 0, step);
        return [.. Enumerable.Range(0, task.WorkedDocuments + task.DirectDocuments).Select(i =>
        {
            var problem = world.Draw(random, DataSplit.Train);
            var response = i < task.WorkedDocuments ? problem.Solution! : RouteWorld.DirectSolution(problem);
            return new TrainingExample(student.EncodePrompt(problem), [.. tokenizer.Encode(response), tokenizer.EndIds[0]]);
        })];
    }
}
