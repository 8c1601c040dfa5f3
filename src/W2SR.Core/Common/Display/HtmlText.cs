using System.Globalization;
using System.Net;
using System.Text;

namespace W2SR.Core.Common.Display;

/// <summary>The few pieces of HTML that displays are made of.</summary>
internal static class HtmlText
{
    /// <summary>Text as HTML: nothing that a model wrote can become markup.</summary>
    public static string Escape(string? text) => WebUtility.HtmlEncode(text ?? "");

    /// <summary>A percentage with one place.</summary>
    public static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + "%";

    /// <summary>A number with a few places.</summary>
    public static string Number(double value, string format = "0.###") => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A table whose first column names the rows. Cells are text, and are escaped.</summary>
    public static string Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var html = new StringBuilder("<table>");
        if (header.Count > 0) html.Append("<thead><tr>").AppendJoin("", header.Select(h => $"<th>{Escape(h)}</th>")).Append("</tr></thead>");
        html.Append("<tbody>");
        foreach (var row in rows)
            html.Append("<tr>").AppendJoin("", row.Select((cell, i) => i == 0 ? $"<th style=\"text-align:left\">{Escape(cell)}</th>" : $"<td>{Escape(cell)}</td>")).Append("</tr>");
        return html.Append("</tbody></table>").ToString();
    }

    /// <summary>Text that keeps its lines, folded away when it is long.</summary>
    public static string Block(string summary, string text, int openBelow = 1_500)
    {
        var open = text.Length < openBelow ? " open" : "";
        return $"<details{open}><summary>{Escape(summary)}</summary><pre style=\"white-space:pre-wrap;margin:0.4em 0\">{Escape(text)}</pre></details>";
    }

    /// <summary>A word on a coloured ground that is legible on light and dark.</summary>
    public static string Badge(string word, string colour) =>
        $"<span style=\"background:{colour};color:#fff;padding:0.1em 0.5em;border-radius:0.3em\">{Escape(word)}</span>";
}
