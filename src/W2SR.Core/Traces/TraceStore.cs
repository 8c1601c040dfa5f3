using W2SR.Core.Common;

namespace W2SR.Core.Traces;

/// <summary>
/// An append-only file of traces, one JSON object a line, with a manifest beside it that says what made them. What was appended survives
/// the death of the process; a line that was being written then is cut off at the next opening. One process writes at a time, others may read.
/// </summary>
/// <remarks>The format is described in docs/formats.md.</remarks>
public sealed class TraceStore : IDisposable
{
    /// <summary>Version of the form of a line, its key <c>schema</c>.</summary>
    public const int SchemaVersion = 1;

    private readonly FileStream stream;
    private readonly FileStream exclusive;
    private readonly Dictionary<(string, int), Trace> traces = [];
    private bool isBroken;

    private TraceStore(string path, FileStream stream, FileStream exclusive) => (Path, this.stream, this.exclusive) = (path, stream, exclusive);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Traces held.</summary>
    public int Count => traces.Count;

    /// <summary>The manifest's place: beside the traces, with ".manifest.json" added to the name.</summary>
    public static string ManifestPath(string path) => path + ".manifest.json";

    /// <summary>Opens a store, or creates it.</summary>
    /// <param name="path">The file; its folder is created. <c>FILE.lock</c> beside it is held while the store is open.</param>
    /// <param name="manifest">What makes the traces (model, prompt, options, seed, version) by name. A store made by something else is refused.</param>
    /// <exception cref="InvalidOperationException">The store was made under other settings; the message names every difference.</exception>
    /// <exception cref="IOException">Another process has it open, or the folder cannot be written.</exception>
    /// <exception cref="W2srFormatException">A line before the last is damaged, or a newer version wrote it.</exception>
    public static TraceStore Open(string path, IReadOnlyDictionary<string, string> manifest)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(manifest);
        var exclusive = Claim(path);
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            var store = new TraceStore(path, stream, exclusive);
            CheckManifest(path, manifest);
            store.ReadAndHeal();
            return store;
        }
        catch (Exception e)
        {
            stream?.Dispose();
            exclusive.Dispose();
            if (e is UnauthorizedAccessException) throw Unwritable(path, e);
            throw;
        }
    }

    /// <summary>True when the sample is there.</summary>
    public bool Contains(string problemId, int sampleIndex) => traces.ContainsKey((problemId, sampleIndex));

    /// <summary>The sample, or null.</summary>
    public Trace? Find(string problemId, int sampleIndex) => traces.GetValueOrDefault((problemId, sampleIndex));

    /// <summary>Appends traces and flushes them to the disk.</summary>
    /// <exception cref="ArgumentException">A sample is there already; nothing was written.</exception>
    /// <exception cref="IOException">They could not be written, as on a full disk; nothing was, and what the store held before is safe.</exception>
    public void Append(IReadOnlyList<Trace> added)
    {
        ArgumentNullException.ThrowIfNull(added);
        if (isBroken) throw new IOException($"{Path}: an earlier write failed and could not be taken back. Open the store anew.");
        var keys = new HashSet<(string, int)>();
        foreach (var trace in added)
            if (Contains(trace.ProblemId, trace.SampleIndex) || !keys.Add((trace.ProblemId, trace.SampleIndex)))
                throw new ArgumentException($"Sample {trace.SampleIndex} of problem '{trace.ProblemId}' is in the store already.", nameof(added));
        var end = stream.Length;
        try
        {
            stream.Position = end;
            stream.Write((byte[])[.. added.SelectMany(TraceLines.Write)]); // in one piece: a kill tears one line at most
            stream.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException) // the last: larger than the file system allows
        {
            TakeBack(end); // a full disk must not leave half a batch behind
            throw new IOException(
                $"{Path}: {added.Count} traces could not be written ({e.Message}). The {Count} that it holds are safe. Make room, then run again: it goes on from them.", e);
        }
        foreach (var trace in added) traces.Add((trace.ProblemId, trace.SampleIndex), trace);
    }

    /// <summary>Reads the traces of a store, also while another process writes it; a last line that is not whole is left out.</summary>
    /// <exception cref="W2srFormatException">A line is not a trace, or a newer version wrote it.</exception>
    public static IReadOnlyList<Trace> Read(string path) => Inspect(path).Traces;

    /// <summary>Reads the traces of a store and says whether its last line is whole. Changes nothing; a process that writes is not disturbed.</summary>
    /// <exception cref="W2srFormatException">A line before the last is not a trace, or a newer version wrote it.</exception>
    public static TraceFileContent Inspect(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var traces = new List<Trace>();
        var (torn, _) = TraceLines.Read(file, path, (trace, _) => traces.Add(trace));
        return new TraceFileContent(traces, torn);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        exclusive.Dispose();
    }

    // A file of its own: on Unix a lock on the traces themselves would keep readers out, too. It stays when the store closes;
    // removing it could let two processes each hold a lock file of the same name.
    private static FileStream Claim(string path)
    {
        var held = path + ".lock";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            return new FileStream(held, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(held) && e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new IOException($"{path}: another process has this trace store open. Wait for it, or choose another file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
    }

    private static IOException Unwritable(string path, Exception e) => new($"{path}: traces cannot be written there ({e.Message.TrimEnd('.')}). Choose a place that you may write to.", e);

    private void TakeBack(long end)
    {
        isBroken = true;
        stream.SetLength(end);
        isBroken = false;
    }

    private static void CheckManifest(string path, IReadOnlyDictionary<string, string> manifest)
    {
        var file = ManifestPath(path);
        if (!File.Exists(file))
        {
            if (new FileInfo(path).Length > 0)
                throw new InvalidOperationException($"{path} holds traces but {file} is absent, so nobody can say what made them. Move the file away to start anew.");
            RunManifest.Write(file, manifest);
            return;
        }
        var differences = RunManifest.Differences(file, manifest);
        if (differences.Count > 0)
            throw new InvalidOperationException($"{path} was made under other settings: {string.Join("; ", differences)}. Use the old settings, or another file.");
    }

    private void ReadAndHeal()
    {
        stream.Position = 0;
        var (torn, lacksEnd) = TraceLines.Read(stream, Path, (trace, number) =>
        {
            if (!traces.TryAdd((trace.ProblemId, trace.SampleIndex), trace))
                throw new W2srFormatException(Path, $"line {number}", $"sample {trace.SampleIndex} of problem '{trace.ProblemId}' appears twice.");
        });
        if (torn > 0) stream.SetLength(stream.Length - torn);
        if (!lacksEnd) return;
        stream.Position = stream.Length;
        stream.Write("\n"u8);
    }
}
