using W2SR.Core.Evaluation;
using W2SR.Core.Experiments.Results;
using W2SR.Core.Experiments.Stages;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Experiments;

/// <summary>Makes the result from the records and files of stages that are all done.</summary>
internal sealed class ExperimentSummary
{
    private const int LongRoute = 3;
    private readonly ExperimentFile file;
    private readonly ExperimentGraph graph;
    private readonly StageCache cache;
    private readonly string folder;
    private readonly Dictionary<string, StageRecord> records;
    private readonly Dictionary<(string Stage, double Temperature), EvaluationResult> results = [];

    private ExperimentSummary(ExperimentFile file, ExperimentGraph graph, StageCache cache, string folder)
    {
        (this.file, this.graph, this.cache, this.folder) = (file, graph, cache, folder);
        records = graph.Stages.ToDictionary(s => s.Key, s => cache.Find(s) ?? throw new InvalidOperationException($"Stage '{s.Name}' is not done."), StringComparer.Ordinal);
    }

    /// <param name="file">The experiment.</param>
    /// <param name="graph">Its stages.</param>
    /// <param name="cache">Their files.</param>
    /// <param name="folder">The run folder, which paths in the result start from.</param>
    public static ExperimentResults Of(ExperimentFile file, ExperimentGraph graph, StageCache cache, string folder) => new ExperimentSummary(file, graph, cache, folder).Create();

    private ExperimentResults Create()
    {
        var temperatures = file.Evaluation.Temperatures;
        var models = ModelsAt(temperatures[0]);
        var rgr = RgrAt(temperatures[0]);
        var differences = file.Seeds.SelectMany(Differences).ToArray();
        var costs = ExperimentCosts.Of(graph.Models, records);
        var (confirmed, not) = file.JudgesClaims ? ExperimentClaims.Judge(file, models, rgr, differences, costs) : ([], []);
        return new ExperimentResults
        {
            Name = file.Name,
            Version = Experiment.Version,
            Build = Experiment.Build,
            Settings = file,
            Seeds = file.Seeds,
            PrimaryTemperature = temperatures[0],
            TestProblems = Result(graph.Models[0], temperatures[0]).Problems.Count,
            Models = models,
            Rgr = rgr,
            Differences = differences,
            Costs = costs,
            Confirmed = confirmed,
            NotConfirmed = not,
            OtherTemperatures = [.. temperatures.Skip(1).Select(t => new TemperatureRow(t, ModelsAt(t), RgrAt(t)))],
            AcrossSeeds = [.. models.GroupBy(m => m.Name, StringComparer.Ordinal).Select(g => AcrossSeeds(g.Key, [.. g], [.. rgr.Where(r => r.Variant == g.Key)]))],
            Evaluations = [.. from m in graph.Models from t in temperatures select new EvaluationRow(m.Seed, m.Name, t, graph.Task.Verifier.Name, PathOf(m.Measurement, StageWork.FolderAt(t)), PathOf(m.Measurement, StageWork.ProblemsFile))],
            Trainings = [.. graph.Models.Where(m => m.Made.Kind != StageKind.Checkpoint).Select(m => new TrainingRow(m.Seed, m.Name, m.Made.Kind,
                File.Exists(Path.Combine(cache.FolderOf(m.Made), StageWork.MetricsFile)) ? PathOf(m.Made, StageWork.MetricsFile) : null, records[m.Made.Key].Outcome.Findings))],
            Traces = [.. graph.Models.Where(m => m.Traces is not null).Select(TracesOf)],
            Stages = [.. graph.Stages.Select(StageOf)],
        };
    }

    private EvaluationResult Result(MeasuredModel model, double temperature)
    {
        if (results.TryGetValue((model.Measurement.Key, temperature), out var read)) return read with { Name = model.Name };
        var place = Path.Combine(cache.FolderOf(model.Measurement), StageWork.FolderAt(temperature));
        var result = EvaluationStore.FindResult(place, graph.Task.Verifier.Name)
            ?? throw new InvalidOperationException($"{place} has no result although its stage is done. Delete {cache.FolderOf(model.Measurement)}, and it is measured again.");
        results.Add((model.Measurement.Key, temperature), result);
        return result with { Name = model.Name };
    }

    private ModelRow[] ModelsAt(double temperature) => [.. graph.Models.Select(model =>
    {
        var (result, made, measured) = (Result(model, temperature), records[model.Made.Key], records[model.Measurement.Key]);
        var interval = result.AccuracyInterval();
        return new ModelRow
        {
            Seed = model.Seed,
            Name = model.Name,
            Role = model.Role,
            From = model.Origin,
            Teacher = model.Arm is { Variant: ArmVariant.SelfTraces } ? model.Arm.Student : model.Arm?.Teacher,
            Variant = model.Arm?.Variant,
            Traces = model.Arm is { IsReinforcement: false } ? model.Arm.Traces : null,
            SamplesPerProblem = model.Arm is { IsReinforcement: false } ? model.Arm.SamplesPerProblem : null,
            Parameters = measured.Outcome.Parameters,
            Accuracy = result.Accuracy(),
            Low = interval.Low,
            High = interval.High,
            AccuracyLongRoutes = file.Routes is null ? null : result.Where(p => p.Level >= LongRoute)?.Accuracy(),
            Reasons = result.ReasoningShare(),
            CutOff = result.TruncatedShare(),
            MeanLength = result.MeanLength(),
            TrainSeconds = made.Seconds,
            TrainFlops = made.Outcome.Flops,
        };
    })];

    private RgrRow[] RgrAt(double temperature) => [.. graph.Models.Where(m => m.Arm is { IsReinforcement: false }).Select(model =>
    {
        var before = graph.Models.First(m => m.Seed == model.Seed && m.Name == model.Arm!.Student);
        if (ExperimentCosts.CeilingOf(model, graph.Models) is not { } ceiling)
            return new RgrRow(model.Seed, model.Name, null, null, null, $"No arm trains '{model.Arm!.Student}' by reinforcement, so there is no ceiling.");
        var rgr = RgrMetric.Compute(Result(before, temperature), Result(model, temperature), Result(ceiling, temperature), model.Seed);
        return new RgrRow(model.Seed, model.Name, rgr.Point, rgr.Interval?.Low, rgr.Interval?.High, rgr.UndefinedBecause);
    })];

    private IEnumerable<DifferenceRow> Differences(ulong seed)
    {
        var arms = graph.Models.Where(m => m.Seed == seed && m.Arm is not null).ToArray();
        var pairs =
            from control in arms.Where(m => m.Arm!.Variant is ArmVariant.FormatOnly or ArmVariant.ShuffledAnswers or ArmVariant.SelfTraces)
            from taught in arms.Where(m => m.Arm!.Variant is ArmVariant.All or ArmVariant.Positive or ArmVariant.Negative && m.Arm.Student == control.Arm!.Student)
            select PairedDifference.Compute(Result(taught, file.Evaluation.Temperatures[0]), Result(control, file.Evaluation.Temperatures[0]), seed);
        return PairedDifference.Family([.. pairs])
            .Select(d => new DifferenceRow(seed, d.Left, d.Right, d.Point, d.Interval.Low, d.Interval.High, d.PValue, d.AdjustedPValue!.Value));
    }

    private static SeedSummary AcrossSeeds(string name, ModelRow[] rows, RgrRow[] rgr)
    {
        var points = rgr.Where(r => r.Point is not null).Select(r => r.Point!.Value).ToArray();
        return new SeedSummary(name, rows.Length, rows.Average(r => r.Accuracy), rows.Min(r => r.Accuracy), rows.Max(r => r.Accuracy), points.Length == 0 ? null : points.Average(), points.Length);
    }

    private TracesRow TracesOf(MeasuredModel model)
    {
        var (stage, arm) = (model.Traces!, model.Arm!);
        var problems = BenchmarkFile.ReadAll(Path.Combine(cache.FolderOf(stage), StageWork.ProblemsFile));
        var found = TraceFilter.Apply(problems, TraceStore.Read(Path.Combine(cache.FolderOf(stage), StageWork.TracesFile)), graph.Task.Verifier, TraceSelection.All);
        var fit = arm.Variant switch
        {
            ArmVariant.Positive => found.Correct,
            ArmVariant.Negative => found.Incorrect + found.NoAnswer,
            _ => found.Kept.Count,
        };
        return new TracesRow(model.Seed, model.Name, arm.Teacher ?? arm.Student, PathOf(stage, StageWork.TracesFile), PathOf(stage, StageWork.ProblemsFile), found.Kept.Count, found.Correct, Math.Min(fit, arm.Traces));
    }

    private StageRow StageOf(Stage stage)
    {
        var record = records[stage.Key];
        return new StageRow
        {
            Name = stage.Name,
            Kind = stage.Kind,
            Seed = stage.Seed,
            Key = stage.Key,
            Needs = record.Needs,
            Settings = record.Settings,
            Folder = PathOf(stage),
            Parameters = record.Outcome.Parameters,
            TokensGenerated = record.Outcome.TokensGenerated,
            TokensTrained = record.Outcome.TokensTrained,
            Flops = record.Outcome.Flops,
            Seconds = record.Seconds,
            PeakMemoryBytes = record.PeakMemoryBytes,
        };
    }

    private string PathOf(Stage stage, string name = "") => Path.GetRelativePath(folder, Path.Combine(cache.FolderOf(stage), name)).Replace('\\', '/');
}
