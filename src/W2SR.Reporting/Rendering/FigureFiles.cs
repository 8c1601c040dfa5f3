using System.Globalization;
using System.Text;
using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Reporting.Charts;

namespace W2SR.Reporting.Rendering;

/// <summary>A figure's data as CSV and JSON, and its drawing as SVG.</summary>
internal static class FigureFiles
{
    public static void Write(string folder, Figure figure)
    {
        AtomicFile.WriteText(Path.Combine(folder, figure.Id + ".csv"), Csv(figure.Data));
        AtomicFile.WriteText(Path.Combine(folder, figure.Id + ".json"), Json(figure));
        if (figure.Svg is { } svg) AtomicFile.WriteText(Path.Combine(folder, figure.Id + ".svg"), ThemedSvg.Standalone(svg));
    }

    /// <summary>RFC 4180, numbers unrounded.</summary>
    public static string Csv(DataTable table)
    {
        var text = new StringBuilder();
        foreach (var row in new[] { table.Columns }.Concat(table.Rows.Select(r => (IReadOnlyList<string>)[.. r.Select(c => c.Value is { } v ? v.ToString("R", CultureInfo.InvariantCulture) : c.Text)])))
            text.AppendJoin(',', row.Select(Quote)).Append("\r\n");
        return text.ToString();
    }

    /// <summary>Title, caption, and the rows as objects; numbers unrounded.</summary>
    public static string Json(Figure figure) => JsonSerializer.Serialize(
        new
        {
            id = figure.Id,
            title = figure.Title,
            caption = figure.Caption,
            rows = figure.Data.Rows.Select(r => figure.Data.Columns.Zip(r).ToDictionary(p => p.First, p => p.Second.Value is { } v ? (object)v : p.Second.Text)),
        }, W2srJson.Indented) + "\n";

    private static string Quote(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
