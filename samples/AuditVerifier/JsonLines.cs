using System.Text.Json;

namespace W2SR.Samples.AuditVerifier;

/// <summary>Reads JSON lines; a broken line names its file and number.</summary>
internal static class JsonLines
{
    public static IEnumerable<(int Line, JsonElement Record)> Read(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            JsonElement record;
            try
            {
                record = JsonElement.Parse(line);
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"{path}, line {number}: not JSON ({e.Message})", e);
            }
            if (record.ValueKind != JsonValueKind.Object) throw new InvalidDataException($"{path}, line {number}: expected an object, got {record.ValueKind}.");
            yield return (number, record);
        }
    }

    /// <summary>The first of the named fields that is there, numbers as they are written; null for none.</summary>
    public static string? Field(this JsonElement record, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (record.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                return value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return null;
    }
}
