using System.Text;
using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Evaluation.Cost;

namespace W2SR.Core.Experiments.Stages;

/// <summary>
/// The folders of stages, each named by its key. A stage is done when its record exists, and the record is written last and atomically; so a run that
/// died goes on after the last stage that was done, and a stage of other settings, another seed or another version is simply another folder.
/// </summary>
internal sealed class StageCache : IDisposable
{
    private const string RecordFile = "stage.json";
    private readonly FileStream? exclusive;
    private readonly Lock gate = new();

    /// <param name="folder">Where the stages lie.</param>
    /// <param name="exclusive">The lock of a process that runs stages; null for one that only looks.</param>
    private StageCache(string folder, FileStream? exclusive) => (Folder, this.exclusive) = (folder, exclusive);

    public string Folder { get; }

    /// <summary>Opens a cache to work in.</summary>
    public static StageCache Open(string folder) => new(folder, RunFolder.Hold(folder));

    /// <summary>Looks at a cache, which need not exist, without holding it.</summary>
    public static StageCache Look(string folder) => new(folder, null);

    public string FolderOf(Stage stage) => Path.Combine(Folder, stage.FolderName);

    /// <summary>The record of a finished stage, or null when it is still to be done.</summary>
    /// <exception cref="W2srFormatException">The record is damaged, or says that it belongs elsewhere.</exception>
    public StageRecord? Find(Stage stage)
    {
        var file = Path.Combine(FolderOf(stage), RecordFile);
        if (!File.Exists(file)) return null;
        StageRecord record;
        try
        {
            record = JsonSerializer.Deserialize<StageRecord>(File.ReadAllBytes(file), W2srJson.Line) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(file, null, $"is damaged ({e.Message}). Delete its folder, and the stage is done again.", e);
        }
        if (record.Key != stage.Key || record.Version != Experiment.Version || record.Seed != stage.Seed)
            throw new W2srFormatException(file, null, $"belongs to another stage (key {record.Key}, version {record.Version}, seed {record.Seed}) than its folder's name says. Delete its folder, and the stage is done again.");
        return record;
    }

    /// <summary>Does a stage unless it is done, and returns its record.</summary>
    public StageRecord Do(Stage stage, IProgress<StageProgress>? progress, CancellationToken cancellationToken)
    {
        if (Find(stage) is { } done)
        {
            progress?.Report(new StageProgress(stage.Name, 1, 1, "kept", TimeSpan.Zero) { IsKept = true });
            return done;
        }
        Log(stage, "started");
        progress?.Report(new StageProgress(stage.Name, 0, 1, "", TimeSpan.Zero));
        Directory.CreateDirectory(FolderOf(stage));
        using var meter = new CostMeter();
        var outcome = stage.Run(new StageContext(stage, this, progress), cancellationToken);
        var cost = meter.Complete(new CostEntry(stage.Name, "", CostKind.Other));
        var record = new StageRecord
        {
            Name = stage.Name,
            Kind = stage.Kind,
            Key = stage.Key,
            Seed = stage.Seed,
            Version = Experiment.Version,
            Settings = stage.Settings,
            Needs = [.. stage.Needs.Select(n => n.Key)],
            Outcome = outcome,
            Seconds = cost.WallTime!.Value.TotalSeconds,
            PeakMemoryBytes = cost.PeakMemoryBytes!.Value,
        };
        AtomicFile.WriteText(Path.Combine(FolderOf(stage), RecordFile), JsonSerializer.Serialize(record, W2srJson.Indented));
        Log(stage, "finished");
        progress?.Report(new StageProgress(stage.Name, 1, 1, "done", TimeSpan.Zero));
        return record;
    }

    public void Dispose() => exclusive?.Dispose();

    /// <summary>One line for each start and end, so that it can be seen what was done when, and that nothing was done twice.</summary>
    private void Log(Stage stage, string what)
    {
        var line = JsonSerializer.Serialize(new { Time = DateTimeOffset.UtcNow, What = what, stage.Name, stage.Kind, stage.Key, stage.Seed }, W2srJson.Line) + "\n";
        lock (gate)
        {
            using var stream = new FileStream(Path.Combine(Folder, "log.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read);
            stream.Write(Encoding.UTF8.GetBytes(line));
        }
    }
}
