using System.Net;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Escaping for HTML, as MarkupSafe does it.</summary>
internal static class Html
{
    public static Markup Escape(Rendering rendering, object? value)
    {
        if (value is Markup markup)
            return markup;
        var text = PyRepr.Str(rendering, value);
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '\'' => escaped.Append("&#39;"),
                '"' => escaped.Append("&#34;"),
                _ => escaped.Append(c),
            };
        rendering.Budget.SpendText(escaped.Length);
        return new Markup(escaped.ToString());
    }

    /// <summary>The text without comments and tags, white space collapsed, entities resolved.</summary>
    public static string StripTags(Rendering rendering, string text)
    {
        rendering.Budget.SpendText(text.Length);
        text = Remove(text, "<!--", "-->");
        text = Remove(text, "<", ">");
        return Unescape(string.Join(' ', TextSplitting.Words(text)));
    }

    public static string Unescape(string text) => WebUtility.HtmlDecode(text);

    private static string Remove(string text, string open, string close)
    {
        var kept = new StringBuilder();
        var position = 0;
        while (true)
        {
            var start = text.IndexOf(open, position, StringComparison.Ordinal);
            var end = start < 0 ? -1 : text.IndexOf(close, start, StringComparison.Ordinal);
            if (end < 0)
                return kept.Append(text, position, text.Length - position).ToString();
            kept.Append(text, position, start - position);
            position = end + close.Length;
        }
    }
}
