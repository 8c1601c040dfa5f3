using W2SR.Core.Common;
using W2SR.Core.Models;

namespace W2SR.Core.Experiments.Stages;

/// <summary>The stages of an experiment, and which of them stand behind each model of its tables.</summary>
internal sealed class ExperimentGraph
{
    private readonly ExperimentFile file;
    private readonly IReadOnlyList<Arm> arms;
    private readonly StageFactory factory;
    private readonly StageWork work;
    private readonly StageEstimates estimates;
    private readonly Dictionary<string, DecoderConfig> shapes = new(StringComparer.Ordinal);
    private readonly List<MeasuredModel> models = [];

    private ExperimentGraph(ExperimentFile file, string version)
    {
        this.file = file;
        arms = Arm.Expand(file);
        factory = new StageFactory(version);
        Task = file.Routes is { } routes ? new RouteModels(routes, file.Workers) : new CheckpointModels(file);
        work = new StageWork(Task, file.Training);
        estimates = new StageEstimates(Task.Lengths, file.Training);
    }

    public IExperimentTask Task { get; }

    /// <summary>Every stage once, each after those that it needs.</summary>
    public IReadOnlyList<Stage> Stages => factory.Stages;

    /// <summary>The models that are measured, seed by seed.</summary>
    public IReadOnlyList<MeasuredModel> Models => models;

    /// <summary>What estimates of stages of some kinds rest on, in words.</summary>
    public IReadOnlyList<string> Assumptions(IReadOnlyCollection<StageKind> kinds) => estimates.Assumptions(kinds);

    /// <exception cref="ArgumentException">Files and settings do not fit together.</exception>
    /// <exception cref="W2srFormatException">A benchmark file or checkpoint is damaged or absent.</exception>
    public static ExperimentGraph Build(ExperimentFile file, string? version = null)
    {
        file.Validate();
        var graph = new ExperimentGraph(file, version ?? Experiment.Version);
        foreach (var seed in file.Seeds) graph.Add(seed);
        return graph;
    }

    /// <summary>The shape of the model that a stage makes, or runs.</summary>
    public DecoderConfig ShapeOf(Stage stage)
    {
        // What a stage needs first is the model that it starts from or asks.
        while (!shapes.ContainsKey(stage.Key)) stage = stage.Origin ?? stage.Needs[0];
        return shapes[stage.Key];
    }

    public StageSchedule Schedule(StageCache cache, IProgress<StageProgress>? progress)
    {
        var schedule = new StageSchedule();
        foreach (var stage in Stages)
            schedule.Add(stage.Key, [.. stage.Needs.Select(n => n.Key)], cancellation => cache.Do(stage, progress, cancellation));
        return schedule;
    }

    private void Add(ulong seed)
    {
        var bases = file.Bases.ToDictionary(b => b.Key, b => Task.BaseStage(factory, estimates, NameOf(b.Key, seed), b.Value, seed), StringComparer.Ordinal);
        foreach (var (name, stage) in bases) shapes[stage.Key] = Task.ShapeOf(file.Bases[name]);
        var teachers = new Dictionary<string, Stage>(StringComparer.Ordinal);
        Stage Model(string name)
        {
            if (bases.TryGetValue(name, out var there) || teachers.TryGetValue(name, out there)) return there;
            var plan = file.Teachers[name];
            return teachers[name] = Teacher(name, plan, Model(plan.From), seed);
        }
        foreach (var name in file.Teachers.Keys) Model(name);
        var made = arms.Select(arm => Student(arm, Model(arm.Student), arm.Teacher is null ? null : Model(arm.Teacher), seed)).ToArray();
        var learners = arms.Select(a => a.Student).ToHashSet(StringComparer.Ordinal);
        // The order of the tables: who teaches, who learns, what came of it.
        var first = file.Bases.Keys.Where(b => !learners.Contains(b)).Concat(file.Teachers.Keys);
        foreach (var name in first.Concat(file.Bases.Keys.Where(learners.Contains)))
            Measure(new MeasuredModel(seed, name, bases.ContainsKey(name) ? "base" : "teacher", Model(name)) { Origin = file.Teachers.TryGetValue(name, out var plan) ? plan.From : null });
        for (var i = 0; i < arms.Count; i++)
            Measure(new MeasuredModel(seed, arms[i].Name, "student", made[i].Model) { Arm = arms[i], Origin = arms[i].Student, Traces = made[i].Traces, Teacher = arms[i].Teacher is { } t ? Model(t) : null });
    }

    private void Measure(MeasuredModel model)
    {
        var stage = factory.Get(StageKind.Measurement, NameOf("measure " + model.Name, model.Seed), model.Seed,
            new { file.Evaluation, task = Task.TestIdentity, verifier = Task.Verifier.Name }, [model.Made],
            (context, cancellation) => work.Measure(context, model.Made, file.Evaluation, cancellation),
            shape => estimates.Generation(shape, (double)Task.TestProblems(model.Seed).Count * file.Evaluation.SamplesPerProblem * file.Evaluation.Temperatures.Count));
        models.Add(model with { Measurement = stage });
    }

    private Stage Teacher(string name, TeacherPlan plan, Stage from, ulong seed) => plan.Training switch
    {
        TeacherTraining.None => from,
        TeacherTraining.Reinforcement => Reinforcement(NameOf(name, seed), plan.From, from, seed),
        TeacherTraining.DirectAnswers => factory.Get(StageKind.DirectAnswers, NameOf(name, seed), seed,
            new { file.Training.Sft, file.Training.SftWarmupSteps, file.Training.DirectAnswers, task = Task.TrainIdentity }, [from],
            (context, cancellation) => work.TeachDirectAnswers(context, from, file.Training.DirectAnswers, cancellation),
            shape => estimates.FineTuning(shape, work.LengthsOfDirectAnswers(seed, file.Training.DirectAnswers), null), from),
        _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Training, "Unknown training."),
    };

    private Stage Reinforcement(string name, string model, Stage from, ulong seed)
    {
        var options = file.Training.Reinforcement;
        if (RootOf(model).ReinforcementLearningRate is { } rate) options = options with { LearningRate = rate };
        return factory.Get(StageKind.Reinforcement, name, seed, new { options, file.Training.Sft.Adapter, task = Task.TrainIdentity, verifier = Task.Verifier.Name }, [from],
            (context, cancellation) => work.Reinforce(context, from, options, cancellation), shape => estimates.Reinforcement(shape, options), from);
    }

    private (Stage Model, Stage? Traces) Student(Arm arm, Stage from, Stage? teacher, ulong seed)
    {
        if (arm.IsReinforcement) return (Reinforcement(NameOf(arm.Name, seed), arm.Student, from, seed), null);
        var source = arm.Variant == ArmVariant.SelfTraces ? from : teacher;
        var settings = new { arm.Variant, arm.Traces, arm.Epochs, file.Training.Sft, file.Training.SftWarmupSteps, task = Task.TrainIdentity, verifier = Task.Verifier.Name };
        if (source is null)
            return (factory.Get(StageKind.Teaching, NameOf(arm.Name, seed), seed, settings, [from],
                (context, cancellation) => work.TeachWritten(context, from, arm, cancellation),
                shape => estimates.FineTuning(shape, work.LengthsOfWritten(arm, seed), arm.Epochs), from), null);
        var traces = Traces(arm, source, arm.Teacher ?? arm.Student, seed);
        return (factory.Get(StageKind.Teaching, NameOf(arm.Name, seed), seed, settings, [from, traces],
            (context, cancellation) => work.Teach(context, from, traces, arm, cancellation),
            shape => estimates.FineTuning(shape, arm.Traces, arm.Epochs), from), traces);
    }

    private Stage Traces(Arm arm, Stage teacher, string name, ulong seed)
    {
        var count = arm.Traces * (arm.Variant is ArmVariant.Positive or ArmVariant.Negative ? file.Traces.SelectedFrom : 1);
        var sampling = new SamplingOptions { Temperature = file.Traces.Temperature, MaxNewTokens = Task.MaxNewTokens, SamplesPerProblem = arm.SamplesPerProblem, Seed = seed };
        return factory.Get(StageKind.Traces, NameOf(FormattableString.Invariant($"{count} traces of {name}"), seed), seed, new { sampling, count, name, task = Task.TrainIdentity }, [teacher],
            (context, cancellation) => work.WriteTraces(context, teacher, name, sampling, count, cancellation), shape => estimates.Generation(shape, count));
    }

    private BaseModel RootOf(string name)
    {
        while (!file.Bases.ContainsKey(name)) name = file.Teachers[name].From;
        return file.Bases[name];
    }

    private string NameOf(string name, ulong seed) => file.Seeds.Count == 1 ? name : FormattableString.Invariant($"seed {seed}: {name}");
}
