using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Handover.Files;
using W2SR.Core.Problems;
using W2SR.Core.Traces;

namespace W2SR.Core.Handover;

/// <summary>A hand-over folder, opened again: every file is there and as it was written. What an engine adds beside them is of no concern.</summary>
public sealed class HandoverFolder
{
    private readonly Lazy<IReadOnlyList<Trace>> traces;
    private readonly Lazy<IReadOnlyList<Problem>> problems;

    private HandoverFolder(string path, HandoverManifest manifest)
    {
        Path = path;
        Manifest = manifest;
        traces = new(() => Has(TraceFiles.Traces) ? TraceFiles.Read<Trace>(System.IO.Path.Combine(path, TraceFiles.Traces)) : []);
        problems = new(() => TraceFiles.Read<Problem>(System.IO.Path.Combine(path, TraceFiles.Problems)));
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>What it is.</summary>
    public HandoverManifest Manifest { get; }

    /// <summary>Every trace that was given to the export, the left-out ones too, unchanged and in order.</summary>
    public IReadOnlyList<Trace> Traces => traces.Value;

    /// <summary>Every problem that was given.</summary>
    public IReadOnlyList<Problem> Problems => problems.Value;

    /// <summary>The prompt as evaluations name it in their conditions: the system turn and the user's turn. A local evaluation must name the same to be compared.</summary>
    public string PromptText => $"{Manifest.Settings["system"]}\n\n{Manifest.Settings["prompt"]}";

    /// <summary>Opens a folder and checks it.</summary>
    /// <exception cref="W2srFormatException">Not a hand-over, of another version, or a file is absent or was changed; the message names it.</exception>
    public static HandoverFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var manifest = ReadManifest(path);
        foreach (var entry in manifest.Files)
        {
            if (!IsInside(entry.Path)) throw new W2srFormatException(path, entry.Path, "leads out of the folder; this manifest was not written by W2SR.");
            var file = System.IO.Path.Combine(path, entry.Path);
            if (!File.Exists(file)) throw new W2srFormatException(path, entry.Path, "is absent: the folder was copied in part, or the file was removed. Copy it again, or export anew.");
            var found = FolderWriter.Entry(path, entry.Path);
            if (found != entry)
                throw new W2srFormatException(path, entry.Path, $"was changed after the export ({entry.Bytes} bytes with SHA-256 {entry.Sha256[..12]}..., now {found.Bytes} with {found.Sha256[..12]}...). Export anew with other settings instead of editing it.");
        }
        return new HandoverFolder(path, manifest);
    }

    /// <summary>The rows that the engine trains on, read from its own file.</summary>
    /// <exception cref="W2srFormatException">The file has another form.</exception>
    public IReadOnlyList<HandoverRow> ReadRows() => EngineRows.Read(System.IO.Path.Combine(Path, Manifest.TrainingFile));

    /// <summary>The rows that the engine validates on; empty where there are none.</summary>
    /// <exception cref="W2srFormatException">The file has another form.</exception>
    public IReadOnlyList<HandoverRow> ReadValidationRows() => Manifest.ValidationFile is { } file ? EngineRows.Read(System.IO.Path.Combine(Path, file)) : [];

    internal bool Has(string file) => Manifest.Files.Any(f => f.Path == file);

    private static HandoverManifest ReadManifest(string folder)
    {
        var file = System.IO.Path.Combine(folder, HandoverManifest.FileName);
        if (!Directory.Exists(folder)) throw new W2srFormatException(folder, null, "does not exist.");
        if (!File.Exists(file))
            throw new W2srFormatException(folder, null, $"is not a hand-over folder: it has no {HandoverManifest.FileName}, which is written last. Was it copied before the export ended?");
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out var format) || format.ValueKind != JsonValueKind.String || format.GetString() != "w2sr-handover")
                throw new W2srFormatException(file, "format", "is not \"w2sr-handover\"; something else wrote this file.");
            if (!root.TryGetProperty("version", out var version) || !version.TryGetInt32(out var number) || number != HandoverManifest.CurrentVersion)
                throw new W2srFormatException(file, "version", $"is {(version.ValueKind == JsonValueKind.Undefined ? "absent" : version.GetRawText())}; this library reads {HandoverManifest.CurrentVersion}. Open the folder with the library that wrote it, or export anew.");
            return root.Deserialize<HandoverManifest>(W2srJson.Line)!;
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(file, null, "is damaged: " + e.Message, e);
        }
    }

    private static bool IsInside(string path) => path.Length > 0 && !System.IO.Path.IsPathRooted(path) && !path.Split('/', '\\').Contains("..");
}
