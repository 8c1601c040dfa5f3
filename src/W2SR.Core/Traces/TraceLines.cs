using System.Text.Json;
using System.Text.Unicode;
using W2SR.Core.Common;

namespace W2SR.Core.Traces;

/// <summary>Traces as lines of JSON, and back, in pieces of any size: a file may be larger than memory holds at once.</summary>
internal static class TraceLines
{
    /// <summary>One line, its end included.</summary>
    public static byte[] Write(Trace trace) => [.. JsonSerializer.SerializeToUtf8Bytes(trace, W2srJson.Line), (byte)'\n'];

    /// <summary>Hands out every line that is whole.</summary>
    /// <param name="stream">Read from where it stands.</param>
    /// <param name="path">Its name, for errors.</param>
    /// <param name="found">Gets each trace and the number of its line, from 1.</param>
    /// <returns>The bytes after the last line end. A whole trace there counts as a line that lacks its end: it was handed out, too.</returns>
    /// <exception cref="W2srFormatException">A line before the last end is no trace, or of a newer form.</exception>
    public static (int Torn, bool LacksEnd) Read(Stream stream, string path, Action<Trace, int> found)
    {
        var buffer = new byte[1 << 16];
        int filled = 0, number = 0;
        while (stream.Read(buffer, filled, buffer.Length - filled) is var read and > 0)
        {
            filled += read;
            var start = 0;
            while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is var length and >= 0)
            {
                found(Parse(buffer.AsSpan(start, length), path, ++number), number);
                start += length + 1;
            }
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled == buffer.Length) Array.Resize(ref buffer, 2 * filled);
        }
        if (filled == 0) return (0, false);
        try
        {
            found(Parse(buffer.AsSpan(0, filled), path, number + 1), number + 1);
            return (0, true);
        }
        catch (W2srFormatException e) when (e.InnerException is not null) // not text, or not JSON yet; a newer form is no torn line
        {
            return (filled, false);
        }
    }

    private static Trace Parse(ReadOnlySpan<byte> line, string path, int number)
    {
        var place = $"line {number}";
        if (!Utf8.IsValid(line)) throw new W2srFormatException(path, place, "is not UTF-8.", new FormatException("invalid bytes"));
        try
        {
            var trace = JsonSerializer.Deserialize<Trace>(line, W2srJson.Line) ?? throw new JsonException("null");
            return trace.Schema == TraceStore.SchemaVersion ? trace : throw Newer(trace.Schema, path, place);
        }
        catch (JsonException e)
        {
            // A newer form has keys that this version does not know: the version says more than the key.
            if (SchemaOf(line) is { } schema && schema != TraceStore.SchemaVersion) throw Newer(schema, path, place);
            throw new W2srFormatException(path, place, "is not a trace: " + e.Message, e);
        }
    }

    private static W2srFormatException Newer(int schema, string path, string place) => new(path, place,
        $"has schema {schema}; this version of W2SR reads schema {TraceStore.SchemaVersion}. {(schema > TraceStore.SchemaVersion ? "A newer version wrote it: update W2SR to read it." : "No version of W2SR wrote that.")}");

    private static int? SchemaOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("schema", out var schema) && schema.TryGetInt32(out var version) ? version : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
