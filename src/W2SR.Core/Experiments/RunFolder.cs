using W2SR.Core.Common;

namespace W2SR.Core.Experiments;

/// <summary>The folder that an experiment's result goes to, held by one process and belonging to one experiment: another one is refused.</summary>
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
    /// <param name="identity">What the run is: name, seeds, version.</param>
    /// <exception cref="InvalidOperationException">The folder belongs to another run; the message names every difference.</exception>
    /// <exception cref="IOException">It cannot be written, or another process works in it.</exception>
    /// <exception cref="W2srFormatException">Its identity file is damaged.</exception>
    public static RunFolder Open(string path, IReadOnlyDictionary<string, string> identity)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(identity);
        var exclusive = Hold(path);
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

    /// <inheritdoc/>
    public void Dispose() => exclusive.Dispose();

    /// <summary>Creates a folder and holds it for this process.</summary>
    /// <exception cref="IOException">It cannot be written, or another process holds it.</exception>
    internal static FileStream Hold(string path)
    {
        Directory.CreateDirectory(path);
        var file = System.IO.Path.Combine(path, "run.lock");
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(file))
        {
            throw new IOException($"{path}: another process is working in this run folder. Wait for it, or choose another folder.", e);
        }
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
