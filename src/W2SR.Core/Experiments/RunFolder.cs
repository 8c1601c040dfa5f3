using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Experiments;

/// <summary>
/// A folder in which an experiment keeps its stages. A stage is done when its record exists, and the record is written last and atomically;
/// so a run that died at any moment goes on after the last stage that was done. Made for one setting: another one is refused.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private readonly FileStream exclusive;

    private RunFolder(string path, FileStream exclusive)
    {
        Path = path;
        this.exclusive = exclusive;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Opens a folder, or creates it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="identity">What the run is: seed, version, settings by name.</param>
    /// <exception cref="InvalidOperationException">The folder belongs to another run; the message names every difference.</exception>
    /// <exception cref="IOException">It cannot be written, or another process works in it.</exception>
    /// <exception cref="W2srFormatException">Its identity file is damaged.</exception>
    public static RunFolder Open(string path, IReadOnlyDictionary<string, string> identity)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(identity);
        Directory.CreateDirectory(path);
        FileStream exclusive;
        try
        {
            exclusive = new FileStream(System.IO.Path.Combine(path, "run.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(System.IO.Path.Combine(path, "run.lock")))
        {
            throw new IOException($"{path}: another process is working in this run folder. Wait for it, or choose another folder.", e);
        }
        try
        {
            CheckIdentity(path, identity);
            return new RunFolder(path, exclusive);
        }
        catch
        {
            exclusive.Dispose();
            throw;
        }
    }

    /// <summary>Path of a file in the folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The record of a finished stage, or null when it is still to be done.</summary>
    /// <exception cref="W2srFormatException">The record is damaged.</exception>
    public T? Find<T>(string stage) where T : class
    {
        var file = RecordOf(stage);
        if (!File.Exists(file)) return null;
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(file), W2srJson.Line)
                ?? throw new W2srFormatException(file, null, "is empty. Delete it, and the stage is done again.");
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(file, null, $"is damaged ({e.Message}). Delete it, and the stage is done again.", e);
        }
    }

    /// <summary>Marks a stage as done; everything else that it leaves behind must be on disk before.</summary>
    public void Finish<T>(string stage, T record) => AtomicFile.WriteText(RecordOf(stage), JsonSerializer.Serialize(record, W2srJson.Line));

    /// <inheritdoc/>
    public void Dispose() => exclusive.Dispose();

    private string RecordOf(string stage)
    {
        Directory.CreateDirectory(PathOf("stages"));
        return System.IO.Path.Combine(Path, "stages", stage + ".json");
    }

    private static void CheckIdentity(string path, IReadOnlyDictionary<string, string> identity)
    {
        var file = System.IO.Path.Combine(path, "run.json");
        if (!File.Exists(file))
        {
            if (Directory.EnumerateFileSystemEntries(path).Any(f => System.IO.Path.GetFileName(f) != "run.lock"))
                throw new InvalidOperationException($"{path} is not empty and is no run folder (it has no run.json). Choose an empty or new folder.");
            RunManifest.Write(file, identity);
            return;
        }
        var differences = RunManifest.Differences(file, identity);
        if (differences.Count > 0)
            throw new InvalidOperationException($"{path} belongs to another run: {string.Join("; ", differences)}. Choose another folder, or the same settings.");
    }
}
