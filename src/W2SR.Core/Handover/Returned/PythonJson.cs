using System.Text;
using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Handover.Returned;

/// <summary>JSON as Python writes it, which may hold NaN and Infinity.</summary>
internal static class PythonJson
{
    /// <summary>Parses a text; numbers that are none become null and are counted.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">For errors.</param>
    /// <param name="location">For errors; null for the whole.</param>
    /// <exception cref="W2srFormatException">Not JSON.</exception>
    public static (JsonElement Root, int NotNumbers) Parse(string text, string path, string? location)
    {
        var (clean, count) = Clean(text);
        try
        {
            using var json = JsonDocument.Parse(clean);
            return (json.RootElement.Clone(), count);
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(path, location, "is not JSON: " + e.Message + " Was the run stopped while it wrote?", e);
        }
    }

    /// <summary>A number, or null for anything else.</summary>
    public static double? Number(this JsonElement of, string key) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && double.IsFinite(number) ? number : null;

    /// <summary>A text, or null for anything else.</summary>
    public static string? Text(this JsonElement of, string key) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static (string Text, int Count) Clean(string text)
    {
        if (!text.Contains("NaN", StringComparison.Ordinal) && !text.Contains("Infinity", StringComparison.Ordinal)) return (text, 0);
        var (result, count, inText) = (new StringBuilder(text.Length), 0, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (inText)
            {
                if (c == '\\' && i + 1 < text.Length) result.Append(text[i++]);
                else if (c == '"') inText = false;
            }
            else if (c == '"') inText = true;
            else if (Word(text, i) is { } length)
            {
                result.Append("null");
                count++;
                i += length - 1;
                continue;
            }
            result.Append(text[i]);
        }
        return (result.ToString(), count);
    }

    private static int? Word(string text, int at)
    {
        foreach (var word in (string[])["NaN", "Infinity", "-Infinity"])
            if (string.CompareOrdinal(text, at, word, 0, word.Length) == 0) return word.Length;
        return null;
    }
}
