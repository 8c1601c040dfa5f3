using System.Text;

namespace W2SR.Reporting.Rendering;

/// <summary>A report as Markdown, with its figures as files beside it.</summary>
internal static class MarkdownPage
{
    public static string Write(Report report, string figureFolder)
    {
        var page = new StringBuilder();
        void Line(string line = "") => page.Append(line).Append('\n');
        Line($"# {Escape(report.Title)}");
        Line();
        Line($"**{Escape(report.Headline)}**");
        Line();
        Line(Escape(report.Setting));
        void List(string title, IReadOnlyList<string> claims, string? none = null)
        {
            if (claims.Count == 0 && none is null) return;
            Line();
            Line($"## {title}");
            Line();
            foreach (var claim in claims.DefaultIfEmpty(none!)) Line($"- {Escape(claim)}");
        }
        var wereJudged = report.Confirmed.Count + report.NotConfirmed.Count > 0;
        List("Confirmed", report.Confirmed, wereJudged ? "Nothing." : null);
        List("Not confirmed", report.NotConfirmed, wereJudged ? "Nothing was left unconfirmed." : null);
        List("Keep in mind", report.Remarks);
        foreach (var figure in report.Figures) Section(Line, figure, figureFolder, "##");
        if (report.Provenance.Count > 0)
        {
            Line();
            Line("## Provenance");
            foreach (var table in report.Provenance) Section(Line, table, figureFolder, "###");
        }
        return page.ToString();
    }

    private static void Section(Action<string> line, Figure figure, string figureFolder, string level)
    {
        line("");
        line($"{level} {Escape(figure.Title)}");
        line("");
        if (figure.Svg is not null)
        {
            line($"![{Escape(figure.Title)}]({figureFolder}/{figure.Id}.svg)");
            line("");
        }
        if (figure.Caption.Length > 0)
        {
            line(Escape(figure.Caption));
            line("");
        }
        if (figure.Data.Rows.Count > 60)
        {
            line($"{figure.Data.Rows.Count} rows: [{figure.Id}.csv]({figureFolder}/{figure.Id}.csv).");
            return;
        }
        line($"| {string.Join(" | ", figure.Data.Columns.Select(Escape))} |");
        line($"|{string.Concat(figure.Data.Columns.Select((_, i) => figure.Data.Rows.Count > 0 && figure.Data.Rows.All(r => r[i].Value is not null) ? "---:|" : "---|"))}");
        foreach (var row in figure.Data.Rows) line($"| {string.Join(" | ", row.Select(c => Escape(c.Text)))} |");
    }

    /// <summary>Text that Markdown would read as a mark, a tag or the end of a cell is shown as it is.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (c is '\n' or '\r') escaped.Append(' ');
            else if (c == '<') escaped.Append("&lt;");
            else
            {
                if (c is '\\' or '|' or '`' or '*' or '[' or ']' or '#' or '_') escaped.Append('\\');
                escaped.Append(c);
            }
        }
        return escaped.ToString();
    }
}
