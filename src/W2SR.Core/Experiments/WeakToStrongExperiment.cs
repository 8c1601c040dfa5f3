using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using W2SR.Core.Common;

namespace W2SR.Core.Experiments;

/// <summary>
/// The paper's experiment in small: two bases are pre-trained on mostly direct answers, GRPO makes the weak one a reasoner, its traces teach
/// the strong one, and RL on the strong one is the ceiling. Every stage is kept in the run folder and never done twice.
/// </summary>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class WeakToStrongExperiment(WeakToStrongOptions? options = null)
{
    private static readonly JsonSerializerOptions ResultsJson = new(W2srJson.Indented) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };
    private readonly WeakToStrongOptions options = options ?? new WeakToStrongOptions();

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
        new WeakToStrongStages(options, run, progress).Plan().Run(workers, cancellationToken);
        var results = WeakToStrongSummary.Of(options, run);
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
}
