using System.Globalization;
using System.Numerics;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary><c>str.format</c>, with attributes and items looked up as the template itself would.</summary>
internal static class TextFormat
{
    private const int MaxNesting = 2;

    public static string Format(Rendering rendering, string format, Arguments arguments, bool escapes)
    {
        var automatic = 0;
        return Format(rendering, format, arguments, escapes, MaxNesting, ref automatic);
    }

    private static string Format(Rendering rendering, string format, Arguments arguments, bool escapes, int nesting, ref int automatic)
    {
        if (nesting == 0)
            throw new JinjaError("Max string recursion exceeded");
        var result = new StringBuilder();
        for (var i = 0; i < format.Length;)
        {
            var c = format[i++];
            if (c is '{' or '}' && i < format.Length && format[i] == c)
                i++;
            else if (c == '}')
                throw new JinjaError("Single '}' encountered in format string");
            else if (c == '{')
            {
                var end = FieldEnd(format, i);
                var text = FormatField(rendering, format[i..end], arguments, escapes, nesting, ref automatic);
                rendering.Budget.SpendText((long)result.Length + text.Length);
                result.Append(text);
                i = end + 1;
                continue;
            }
            result.Append(c);
        }
        return result.ToString();
    }

    private static int FieldEnd(string format, int start)
    {
        var depth = 1;
        for (var i = start; i < format.Length; i++)
        {
            if (format[i] == '[')
            {
                i = format.IndexOf(']', i);
                if (i < 0)
                    break;
            }
            else if (format[i] == '{')
                depth++;
            else if (format[i] == '}' && --depth == 0)
                return i;
        }
        throw new JinjaError(start >= format.Length ? "Single '{' encountered in format string" : "expected '}' before end of string");
    }

    private static string FormatField(Rendering rendering, string field, Arguments arguments, bool escapes, int nesting, ref int automatic)
    {
        var nameEnd = 0;
        while (nameEnd < field.Length && field[nameEnd] is not ('!' or ':'))
            nameEnd = field[nameEnd] == '[' ? Math.Max(nameEnd + 1, field.IndexOf(']', nameEnd)) : nameEnd + 1;
        var value = Look(rendering, field[..nameEnd], arguments, ref automatic);
        var spec = "";
        if (nameEnd < field.Length && field[nameEnd] == '!')
        {
            if (nameEnd + 1 >= field.Length || (nameEnd + 2 < field.Length && field[nameEnd + 2] != ':'))
                throw new JinjaError("expected ':' after conversion specifier");
            value = field[nameEnd + 1] switch
            {
                's' => PyRepr.Str(rendering, value),
                'r' => PyRepr.Of(value, rendering),
                'a' => value is string s ? PyRepr.Quote(s, asciiOnly: true) : PyRepr.Of(value, rendering),
                var other => throw new JinjaError($"Unknown conversion specifier '{other}'"),
            };
            nameEnd += 2;
        }
        if (nameEnd < field.Length)
            spec = Format(rendering, field[(nameEnd + 1)..], arguments, false, nesting - 1 is 0 && !field[(nameEnd + 1)..].Contains('{', StringComparison.Ordinal) ? 1 : nesting - 1, ref automatic);
        if (escapes && value is Markup markup)
            return spec.Length == 0 ? markup.Text : throw new JinjaError("Unsupported format specification for Markup.");
        var text = FormatSpec.Format(rendering, value, spec);
        return escapes ? Html.Escape(rendering, text).Text : text;
    }

    private static object? Look(Rendering rendering, string path, Arguments arguments, ref int automatic)
    {
        var i = path.IndexOfAny(['.', '[']);
        var first = i < 0 ? path : path[..i];
        object? value;
        if (first.Length == 0 || first.All(char.IsAsciiDigit))
        {
            if (first.Length == 0 ? automatic < 0 : automatic > 0)
                throw new JinjaError("cannot switch between manual field specification and automatic field numbering");
            var index = first.Length == 0 ? automatic++ : int.TryParse(first, CultureInfo.InvariantCulture, out var n) ? n : int.MaxValue;
            if (first.Length > 0)
                automatic = -1;
            value = index < arguments.Positional.Count ? arguments.Positional[index] : throw new JinjaError($"Replacement index {index} out of range for positional args tuple");
        }
        else
        {
            var named = arguments.Named.Where(a => a.Key == first).ToArray();
            value = named.Length > 0 ? named[0].Value : throw new JinjaError($"KeyError: '{first}'");
        }
        while (i >= 0 && i < path.Length)
        {
            var end = path[i] == '[' ? path.IndexOf(']', i) : path.IndexOfAny(['.', '['], i + 1);
            end = end < 0 ? path.Length : end;
            var key = path[(i + 1)..end];
            if (key.Length == 0)
                throw new JinjaError("Empty attribute in format string");
            value = path[i] == '.'
                ? Access.Attribute(rendering, value, key)
                : Access.Item(rendering, value, key.All(char.IsAsciiDigit) ? BigInteger.Parse(key, CultureInfo.InvariantCulture) : key);
            i = path[i] == '[' ? end + 1 : end;
        }
        return value;
    }
}
