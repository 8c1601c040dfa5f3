using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace W2SR.Core.Handover.Files;

/// <summary>JSON as the engines read it: keys exactly as given, nothing escaped that need not be.</summary>
internal static class JsonRows
{
    private static readonly JsonSerializerOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Line) { WriteIndented = true, NewLine = "\n" };

    public static HandoverFile Lines<T>(string path, IEnumerable<T> rows) => new(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        foreach (var row in rows) writer.WriteLine(JsonSerializer.Serialize(row, Line));
    });

    public static HandoverFile Document<T>(string path, T value) => HandoverFile.Text(path, JsonSerializer.Serialize(value, Indented) + "\n");
}
