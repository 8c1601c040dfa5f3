using System.Globalization;
using System.Text;

namespace W2SR.Reporting.Rendering;

/// <summary>Text and attributes of a page, escaped.</summary>
internal static class Html
{
    /// <summary>Escapes a text for element content and for attributes in double quotes; what XML and HTML cannot hold becomes a replacement mark.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '&': escaped.Append("&amp;"); break;
                case '<': escaped.Append("&lt;"); break;
                case '>': escaped.Append("&gt;"); break;
                case '"': escaped.Append("&quot;"); break;
                case '\'': escaped.Append("&#39;"); break;
                case '\n' or '\t': escaped.Append(c); break;
                case '\r': break;
                case < ' ' or '\u007f': escaped.Append('\ufffd'); break;
                default:
                    if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) escaped.Append(c).Append(text[++i]);
                    else escaped.Append(char.IsSurrogate(c) ? '\ufffd' : c);
                    break;
            }
        }
        return escaped.ToString();
    }

    /// <summary>A cell of a table; a number carries its unrounded value.</summary>
    public static string Cell(Cell cell) => cell.Value is { } value
        ? $"<td class=\"n\" data-value=\"{value.ToString("R", CultureInfo.InvariantCulture)}\">{Escape(cell.Text)}</td>"
        : $"<td>{Escape(cell.Text)}</td>";
}
