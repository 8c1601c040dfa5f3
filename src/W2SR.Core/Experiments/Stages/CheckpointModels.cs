using W2SR.Core.Checkpoints;
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

/// <summary>Checkpoints on benchmark files: problems are read, models are loaded, and what is trained is saved whole or as an adapter.</summary>
internal sealed class CheckpointModels : IExperimentTask
{
    private const string ModelFolder = "model", AdapterFolder = "adapter";

    private const int LengthProblems = 200;
    private readonly BenchmarkTask task;
    private readonly int? workers;
    private readonly string folder, anyCheckpoint;
    private readonly IReadOnlyList<Problem> train, test;
    private readonly ReasoningPrompt prompt;
    private readonly Lazy<(HuggingFaceTokenizer Tokenizer, ConversationEncoder Conversation)> text;

    public CheckpointModels(ExperimentFile file)
    {
        (task, workers, folder, anyCheckpoint) = (file.Benchmarks!, file.Workers, file.Folder, file.Bases.Values.First().Checkpoint!);
        prompt = task.Prompt is null ? ReasoningPrompt.Paper : new ReasoningPrompt(task.Prompt);
        foreach (var model in file.Bases.Values) CheckpointHash.RequireThere(PathOf(model.Checkpoint!));
        text = new(() =>
        {
            using var checkpoint = Checkpoint.Open(PathOf(anyCheckpoint));
            return CheckpointOpener.ReadText(checkpoint, Options("lengths"));
        });
        train = BenchmarkFile.ReadAll(PathOf(task.Train));
        test = [.. task.Test.SelectMany(file => Draw(BenchmarkFile.ReadAll(PathOf(file)), task.TestSeed, task.TestProblems))];
        if (test.GroupBy(p => p.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } repeated)
            throw new ArgumentException($"benchmarks: the test problem id '{repeated.Key}' appears {repeated.Count()} times; results are paired by id. Give each problem its own, or name each file once.");
        var seen = train.Select(p => p.Question).ToHashSet(StringComparer.Ordinal);
        var shared = test.Where(p => seen.Contains(p.Question)).ToArray();
        if (shared.Length > 0)
            throw new ArgumentException($"benchmarks: {shared.Length} of {test.Count} test problems stand in the training file too, the first is '{shared[0].Id}'. What was trained on says nothing; take them out.");
    }

    public IVerifier Verifier { get; } = new MathVerifier();

    public Func<string, bool>? Reasons => null;

    public string Prompt => prompt.Template;

    public int MaxNewTokens => task.MaxNewTokens;

    public int TraceChunk => task.ChunkSize;

    public int EvaluationChunk => task.ChunkSize;

    public (int Workers, int Threads) Parallelism => (workers ?? 1, Math.Max(1, Environment.ProcessorCount / (workers ?? 1)));

    public object TrainIdentity => new { Problems = Hash(train), Prompt, task.UsesChatTemplate, MaxNewTokens, task.ChunkSize };

    public object TestIdentity => new { Problems = Hash(test), Prompt, task.UsesChatTemplate, MaxNewTokens, task.ChunkSize };

    public IReadOnlyList<Problem> TraceProblems(ulong seed, int count) => Required(seed, count, "traces");

    public IReadOnlyList<Problem> ReinforcementProblems(ulong seed, int count) => Draw(train, seed + 1, Math.Min(count, train.Count));

    public IReadOnlyList<Problem> DirectProblems(ulong seed, int count) => Draw(train, seed + 2, Math.Min(count, train.Count));

    public IReadOnlyList<Problem> TestProblems(ulong seed) => test;

    public string DirectResponse(Problem problem) => $"\\boxed{{{problem.Answer}}}";

    public string GoldResponse(Problem problem) => problem.Solution
        ?? throw new InvalidOperationException($"{task.Train}: problem '{problem.Id}' has no worked solution, which the gold and format-only controls need. Leave these arms out.");

    /// <summary>Each problem gets the worked solution of another one.</summary>
    public IReadOnlyList<string> FormatOnlyResponses(IReadOnlyList<Problem> problems, ulong seed)
    {
        var order = Enumerable.Range(0, problems.Count).ToArray();
        new RandomStream(seed, "format-only").Shuffle<int>(order);
        var responses = new string[problems.Count];
        // A cycle through the shuffled order: no problem keeps its own.
        for (var i = 0; i < order.Length; i++) responses[order[i]] = GoldResponse(problems[order[(i + 1) % order.Length]]);
        return responses;
    }

    /// <summary>By the tokenizer of the first base, on a sample of the training problems; how long responses get is the guess.</summary>
    public SequenceLengths Lengths
    {
        get
        {
            var sample = Draw(train, 0, LengthProblems);
            var worked = task.ExpectedResponseTokens
                ?? (sample.All(p => p.Solution is not null) ? Math.Min(task.MaxNewTokens, sample.Average(p => LengthOf(p.Solution!))) : task.MaxNewTokens / 2.0);
            return new SequenceLengths(sample.Average(LengthOf), worked);
        }
    }

    public int LengthOf(Problem problem) => text.Value.Conversation.Encode([ChatMessage.User(prompt.Render(problem))]).Length;

    public int LengthOf(string response) => text.Value.Tokenizer.Encode(response).Length + 1;

    public DecoderConfig ShapeOf(BaseModel model)
    {
        using var checkpoint = Checkpoint.Open(PathOf(model.Checkpoint!));
        return DecoderConfig.From(checkpoint.Config);
    }

    public Stage BaseStage(StageFactory factory, StageEstimates estimates, string name, BaseModel model, ulong seed)
    {
        var path = PathOf(model.Checkpoint!);
        return factory.Get(StageKind.Checkpoint, name, 0, new { model.Checkpoint, Content = CheckpointHash.Of(path) }, [], (_, _) => new StageOutcome(), _ => default);
    }

    public LocalStudent Open(Stage made, StageCache cache, string name)
    {
        var saved = Path.Combine(cache.FolderOf(made), ModelFolder);
        if (Directory.Exists(saved)) return Load(saved, name);
        var root = made;
        while (root.Origin is { } origin) root = origin;
        var student = Load(PathOf(root.Settings.GetProperty("checkpoint").GetString()!), name);
        var adapter = Path.Combine(cache.FolderOf(made), AdapterFolder);
        if (Directory.Exists(adapter)) student.Model.Attach(LoraAdapter.Load(student.Model, adapter));
        return student;
    }

    public TrainingRun Train(
        LocalStudent student, SftOptions options, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, IProgress<TrainingStep> progress, CancellationToken cancellationToken) =>
        new SftTrainer(options).Train(student, problems, traces, progress, cancellationToken);

    public void PrepareReinforcement(LocalStudent student, TrainingPlan training, ulong seed)
    {
        if (training.Sft.Adapter is { } adapter && student.Model.Adapter is null) student.Model.Attach(LoraAdapter.Create(student.Model, adapter, seed));
    }

    public void Keep(LocalStudent student, StageContext context)
    {
        if (student.Model.Adapter is { } adapter) adapter.Save(context.PathOf(AdapterFolder));
        else student.SaveAsync(context.PathOf(ModelFolder)).GetAwaiter().GetResult();
        if (Directory.Exists(context.PathOf(StageWork.StateFolder))) Directory.Delete(context.PathOf(StageWork.StateFolder), recursive: true);
    }

    public TrainingStateOptions? StateIn(StageContext context) => new() { Folder = context.PathOf(StageWork.StateFolder), EverySteps = 10, KeepLast = 1 };

    private LocalStudent Load(string path, string name) =>
        LocalStudent.LoadAsync(path, Options(name)).GetAwaiter().GetResult();

    private LoadOptions Options(string name) => new() { Name = name, Prompt = prompt, UsesChatTemplate = task.UsesChatTemplate };

    private string PathOf(string path) => Path.GetFullPath(path, Path.GetFullPath(folder));

    private IReadOnlyList<Problem> Required(ulong seed, int count, string what) => count <= train.Count
        ? Draw(train, seed + 3, count)
        : throw new InvalidOperationException($"{task.Train} has {train.Count} problems, and an arm's {what} need {count}. Ask for fewer traces, or for several samples of each problem.");

    private static IReadOnlyList<Problem> Draw(IReadOnlyList<Problem> problems, ulong seed, int? count)
    {
        if (count is null) return problems;
        var drawn = problems.ToArray();
        new RandomStream(seed, "draw of problems").Shuffle<Problem>(drawn);
        return drawn[..Math.Min(count.Value, drawn.Length)];
    }

    private static string Hash(IReadOnlyList<Problem> problems) => ContentHash.OfValue(problems.Select(p => new { p.Id, p.Question, p.Answer, p.Solution }));
}
