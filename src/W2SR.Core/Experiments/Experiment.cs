using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using W2SR.Core.Common;
using W2SR.Core.Experiments.Planning;
using W2SR.Core.Experiments.Results;
using W2SR.Core.Experiments.Stages;

namespace W2SR.Core.Experiments;

/// <summary>
/// Runs an experiment: bases are trained or opened, teachers are made and write, students learn, all are measured alike. Every stage is kept under the hash of
/// what its outcome depends on, is never done twice, and a run that died goes on with the same call.
/// </summary>
/// <param name="file">What to do.</param>
public sealed class Experiment(ExperimentFile file)
{
    private const string ResultsFile = "results.json", ReportFile = "report.md", SettingsFile = "experiment.json", CacheFolder = "stages";
    private static readonly JsonSerializerOptions ResultsJson = new(W2srJson.Indented) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>Version of the library, as stages and results carry it.</summary>
    public static string Version { get; } = Build.Split('+')[0];

    /// <summary>The same with the commit it was built from, where that is known.</summary>
    public static string Build => typeof(Experiment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The finished result of a run folder, or null when there is none.</summary>
    /// <exception cref="W2srFormatException"><c>results.json</c> is damaged.</exception>
    public static ExperimentResults? FindResults(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var path = Path.Combine(folder, ResultsFile);
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<ExperimentResults>(File.ReadAllBytes(path), ResultsJson);
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(path, null, $"is damaged, or of another version ({e.Message}). Run the experiment again: the stages beside it are kept, and the result is made from them anew.", e);
        }
    }

    /// <summary>Does what is not done yet and returns the result.</summary>
    /// <param name="folder">The run folder: result and report.</param>
    /// <param name="progress">Told of every stage; called from several threads.</param>
    /// <param name="cache">Folder of the stages, which several experiments may share one after the other; null for one inside the run folder.</param>
    /// <param name="cancellationToken">Stops between tokens and micro-batches; finished stages stay.</param>
    /// <exception cref="ArgumentException">The experiment does not fit together.</exception>
    /// <exception cref="InvalidOperationException">The folder belongs to another experiment, or data that an arm needs is not there.</exception>
    /// <exception cref="IOException">A folder cannot be written, or another process works in it.</exception>
    public ExperimentResults Run(string folder, IProgress<StageProgress>? progress = null, string? cache = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        file.Validate();
        using var run = RunFolder.Open(folder, Identity());
        var graph = ExperimentGraph.Build(file);
        using var stages = StageCache.Open(cache ?? run.PathOf(CacheFolder));
        AtomicFile.WriteText(run.PathOf(SettingsFile), file.ToJson());
        var (workers, threads) = graph.Task.Parallelism;
        graph.Schedule(stages, progress).Run(workers, threads, cancellationToken);
        var results = ExperimentSummary.Of(file, graph, stages, run.Path);
        AtomicFile.WriteText(run.PathOf(ReportFile), ExperimentReport.Markdown(results));
        AtomicFile.WriteText(run.PathOf(ResultsFile), JsonSerializer.Serialize(results, ResultsJson));
        return results;
    }

    /// <summary>Says what <see cref="Run"/> would do, and does none of it.</summary>
    /// <param name="folder">The run folder; it need not exist, and nothing is written to it.</param>
    /// <param name="cache">As for <see cref="Run"/>.</param>
    /// <param name="measuresSpeed">Runs each model that nothing is known of for a moment, so that times can be told. Default true.</param>
    /// <exception cref="ArgumentException">The experiment does not fit together.</exception>
    public ExperimentPlan Plan(string folder, string? cache = null, bool measuresSpeed = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        using var stages = StageCache.Look(cache ?? Path.Combine(folder, CacheFolder));
        return new ExperimentPlanner(ExperimentGraph.Build(file), stages, measuresSpeed ? SpeedProbe.Measure : null).Plan();
    }

    private Dictionary<string, string> Identity() => new()
    {
        ["name"] = file.Name,
        ["seeds"] = string.Join(", ", file.Seeds),
        ["version"] = Version,
    };
}
