using System.Text.Encodings.Web;
using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary><c>model.safetensors.index.json</c>: which of several files holds which tensor.</summary>
internal static class ShardIndex
{
    public const string FileName = "model.safetensors.index.json";
    public const string SingleFile = "model.safetensors";

    private static readonly JsonWriterOptions Layout = new() { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Tensor name to file name. Every file name is a plain one, so that none lies outside the folder.</summary>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        var root = JsonFields.Parse(JsonFields.ReadFile(path), path);
        var map = root.Object("weight_map") ?? throw new W2srFormatException(path, "weight_map", "is missing. Is the index whole?");
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in map.Root.EnumerateObject())
        {
            var (name, file) = (Name(property, path), map.Text(property.Name) ?? "");
            if (file.Length == 0 || file.AsSpan().IndexOfAny("/\\:\0") >= 0 || file is "." or "..")
                throw new W2srFormatException(path, name, $"is in '{file}', which is no file name in this folder. An index may only name files beside it.");
            files[name] = file;
        }
        return files.Count > 0 ? files : throw new W2srFormatException(path, "weight_map", "names no tensor.");
    }

    public static void Write(string path, IEnumerable<(string Name, string File)> placed, long totalBytes) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, Layout);
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteNumber("total_size", totalBytes);
        json.WriteEndObject();
        json.WriteStartObject("weight_map");
        foreach (var (name, file) in placed.OrderBy(p => p.Name, StringComparer.Ordinal)) json.WriteString(name, file);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        stream.Write("\n"u8);
    });

    private static string Name(JsonProperty property, string path)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException e) // a lone surrogate
        {
            throw new W2srFormatException(path, "weight_map", "holds a name that is not Unicode.", e);
        }
    }
}
