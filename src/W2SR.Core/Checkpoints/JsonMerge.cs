using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace W2SR.Core.Checkpoints;

/// <summary>Changes some keys of somebody else's JSON object and leaves every other as it stands there.</summary>
internal static class JsonMerge
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sets keys, new ones at the end in ordinal order; null removes one.</summary>
    /// <param name="json">A JSON object, or empty for none yet. Without changes these very bytes come back.</param>
    public static ReadOnlyMemory<byte> Set(ReadOnlyMemory<byte> json, IReadOnlyDictionary<string, JsonNode?> changes)
    {
        if (changes.Count == 0 && !json.IsEmpty) return json;
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, Layout))
        {
            writer.WriteStartObject();
            var written = new HashSet<string>();
            if (!json.IsEmpty)
            {
                foreach (var property in JsonFields.Parse(json, "JSON to change").Root.EnumerateObject())
                {
                    written.Add(property.Name);
                    if (!changes.TryGetValue(property.Name, out var value)) property.WriteTo(writer); // numbers keep their spelling
                    else Write(writer, property.Name, value);
                }
            }
            foreach (var (key, value) in changes.OrderBy(c => c.Key, StringComparer.Ordinal))
                if (written.Add(key)) Write(writer, key, value);
            writer.WriteEndObject();
        }
        output.Write("\n"u8);
        return output.WrittenMemory;
    }

    /// <summary>A list of ids as checkpoints write it: nothing, one number, or an array.</summary>
    public static JsonNode? Ids(IReadOnlyList<int> ids) => ids.Count switch
    {
        0 => null,
        1 => JsonValue.Create(ids[0]),
        _ => new JsonArray([.. ids.Select(id => (JsonNode)id)]),
    };

    private static void Write(Utf8JsonWriter writer, string key, JsonNode? value)
    {
        if (value is null) return;
        writer.WritePropertyName(key);
        value.WriteTo(writer);
    }
}
