using System.Text.Json;

namespace W2SR.Core.NotebookRunner;

/// <summary>Reads <c>.ipynb</c> files (nbformat 4).</summary>
internal static class NotebookFile
{
    /// <summary>The code cells' sources in order.</summary>
    /// <exception cref="InvalidDataException">The file is no notebook of this format.</exception>
    public static IReadOnlyList<string> CodeCells(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        if (!document.RootElement.TryGetProperty("nbformat", out var format) || format.GetInt32() != 4)
            throw new InvalidDataException($"{path}: expected a notebook of nbformat 4.");
        return [.. document.RootElement.GetProperty("cells").EnumerateArray()
            .Where(c => c.GetProperty("cell_type").GetString() == "code")
            .Select(c => Text(c.GetProperty("source")))];
    }

    /// <summary>A source is a string, or lines that carry their line ends.</summary>
    private static string Text(JsonElement source) =>
        source.ValueKind == JsonValueKind.Array ? string.Concat(source.EnumerateArray().Select(l => l.GetString())) : source.GetString()!;
}
