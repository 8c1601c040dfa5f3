using System.Globalization;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>The escapes of a string in a template, as Python's <c>unicode-escape</c> reads them after Jinja has written all else in ASCII.</summary>
internal static class TextLiteral
{
    /// <exception cref="JinjaError">A broken escape, or <c>\N{name}</c>, which is not supported.</exception>
    public static string Unescape(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\\'))
            return text.ToString();
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i++]);
                continue;
            }
            if (++i >= text.Length)
                throw new JinjaError("\\ at end of string");
            var c = text[i++];
            if ("\n\\'\"abfnrtv".Contains(c, StringComparison.Ordinal))
                result.Append(Simple(c));
            else if (c is >= '0' and <= '7')
                i = AppendOctal(text, i - 1, result);
            else if (c is 'x' or 'u' or 'U')
                i = AppendHex(text, i, c, result);
            else if (c == 'N')
                throw new JinjaError("the escape \\N{name} is not supported; write the character or \\u....");
            else if (c < 0x80)
                result.Append('\\').Append(c);
            else
                i = AppendEscapedNonAscii(text, i - 1, result);
        }
        return result.ToString();
    }

    private static string Simple(char c) => c switch
    {
        '\n' => "",
        'a' => "\a",
        'b' => "\b",
        'f' => "\f",
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        'v' => "\v",
        _ => c.ToString(),
    };

    private static int AppendOctal(ReadOnlySpan<char> text, int i, StringBuilder result)
    {
        var value = 0;
        for (var n = 0; n < 3 && i < text.Length && text[i] is >= '0' and <= '7'; n++)
            value = value * 8 + (text[i++] - '0');
        result.Append((char)value);
        return i;
    }

    private static int AppendHex(ReadOnlySpan<char> text, int i, char kind, StringBuilder result)
    {
        var digits = kind switch { 'x' => 2, 'u' => 4, _ => 8 };
        if (i + digits > text.Length || !uint.TryParse(text.Slice(i, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            throw new JinjaError($"truncated \\{kind}{new string('X', digits)} escape");
        if (value > 0x10FFFF)
            throw new JinjaError("illegal Unicode character");
        PyText.Append(result, (int)value);
        return i + digits;
    }

    // A backslash before a non-ASCII character: Jinja has by then written that character as \xe9 or \u6f22, so the backslash escapes that one's backslash.
    private static int AppendEscapedNonAscii(ReadOnlySpan<char> text, int i, StringBuilder result)
    {
        var (point, length) = PyText.PointAt(text, i);
        result.Append('\\').Append(point switch
        {
            < 0x100 => $"x{point:x2}",
            < 0x10000 => $"u{point:x4}",
            _ => $"U{point:x8}",
        });
        return i + length;
    }
}
