using System.Text;
using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Traces;

/// <summary>
/// An append-only file of traces, one JSON object a line, with a manifest beside it that says what made them. What was appended survives
/// the death of the process; a line that was being written then is cut off at the next opening. One process at a time.
/// </summary>
/// <remarks>The format is described in docs/formats.md.</remarks>
public sealed class TraceStore : IDisposable
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly FileStream stream;
    private readonly Dictionary<(string, int), Trace> traces = [];
    private bool isBroken;

    private TraceStore(string path, FileStream stream)
    {
        Path = path;
        this.stream = stream;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Traces held.</summary>
    public int Count => traces.Count;

    /// <summary>The manifest's place: beside the traces, with ".manifest.json" added to the name.</summary>
    public static string ManifestPath(string path) => path + ".manifest.json";

    /// <summary>Opens a store, or creates it.</summary>
    /// <param name="path">The file; its folder is created.</param>
    /// <param name="manifest">What makes the traces (model, prompt, options, seed, version) by name. A store made by something else is refused.</param>
    /// <exception cref="InvalidOperationException">The store was made under other settings; the message names every difference.</exception>
    /// <exception cref="IOException">Another process has it open, or the folder cannot be written.</exception>
    /// <exception cref="W2srFormatException">A line before the last is damaged.</exception>
    public static TraceStore Open(string path, IReadOnlyDictionary<string, string> manifest)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(manifest);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (File.Exists(path) && e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new IOException($"{path}: another process has this trace store open. Wait for it, or choose another file.", e);
        }
        try
        {
            var store = new TraceStore(path, stream);
            CheckManifest(path, manifest);
            store.ReadAndHeal();
            return store;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>True when the sample is there.</summary>
    public bool Contains(string problemId, int sampleIndex) => traces.ContainsKey((problemId, sampleIndex));

    /// <summary>The sample, or null.</summary>
    public Trace? Find(string problemId, int sampleIndex) => traces.GetValueOrDefault((problemId, sampleIndex));

    /// <summary>Appends traces and flushes them to the disk.</summary>
    /// <exception cref="ArgumentException">A sample is there already; nothing was written.</exception>
    public void Append(IReadOnlyList<Trace> added)
    {
        ArgumentNullException.ThrowIfNull(added);
        if (isBroken) throw new IOException($"{Path}: an earlier write failed and could not be taken back. Open the store anew.");
        var keys = new HashSet<(string, int)>();
        foreach (var trace in added)
            if (Contains(trace.ProblemId, trace.SampleIndex) || !keys.Add((trace.ProblemId, trace.SampleIndex)))
                throw new ArgumentException($"Sample {trace.SampleIndex} of problem '{trace.ProblemId}' is in the store already.", nameof(added));
        var lines = new StringBuilder();
        foreach (var trace in added) lines.Append(JsonSerializer.Serialize(trace, W2srJson.Line)).Append('\n');
        var bytes = StrictUtf8.GetBytes(lines.ToString());
        var end = stream.Length;
        try
        {
            stream.Position = end;
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            TakeBack(end); // a full disk must not leave half a batch behind
            throw;
        }
        foreach (var trace in added) traces.Add((trace.ProblemId, trace.SampleIndex), trace);
    }

    /// <summary>Reads the traces of a store without opening it for writing.</summary>
    /// <exception cref="W2srFormatException">A line is not a trace.</exception>
    public static IReadOnlyList<Trace> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return [.. File.ReadLines(path).Select((line, i) => Parse(path, line, i + 1))];
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

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
        var bytes = new byte[stream.Length];
        stream.Position = 0;
        stream.ReadExactly(bytes);
        var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        if (whole < bytes.Length) stream.SetLength(whole); // the torn last line
        var number = 0;
        for (var start = 0; start < whole;)
        {
            number++;
            var end = start + bytes.AsSpan(start).IndexOf((byte)'\n');
            var line = Decode(bytes.AsSpan(start, end - start), number);
            start = end + 1;
            var trace = Parse(Path, line, number);
            if (!traces.TryAdd((trace.ProblemId, trace.SampleIndex), trace))
                throw new W2srFormatException(Path, $"line {number}", $"sample {trace.SampleIndex} of problem '{trace.ProblemId}' appears twice.");
        }
    }

    private string Decode(ReadOnlySpan<byte> line, int number)
    {
        try
        {
            return StrictUtf8.GetString(line);
        }
        catch (DecoderFallbackException e)
        {
            throw new W2srFormatException(Path, $"line {number}", "is not UTF-8: " + e.Message, e);
        }
    }

    private static Trace Parse(string path, string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<Trace>(line, W2srJson.Line) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(path, $"line {number}", "is not a trace: " + e.Message, e);
        }
    }
}
