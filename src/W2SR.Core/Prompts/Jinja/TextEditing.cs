using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Python's ways of changing a string; every result is charged before it is built.</summary>
internal static class TextEditing
{
    public static string Replace(Rendering rendering, string text, string old, string with, int count)
    {
        if (count < 0)
            count = int.MaxValue;
        if (old.Length == 0)
            return InsertBetween(rendering, text, with, count);
        var occurrences = Count(rendering, text, old, count);
        rendering.Budget.SpendText(text.Length + (long)occurrences * (with.Length - old.Length));
        var result = new StringBuilder(text.Length);
        var start = 0;
        for (var n = 0; n < occurrences; n++)
        {
            var found = PyText.Find(rendering, text, old, start);
            result.Append(text, start, found - start).Append(with);
            start = found + old.Length;
        }
        return result.Append(text, start, text.Length - start).ToString();
    }

    private static string InsertBetween(Rendering rendering, string text, string with, int count)
    {
        var points = PyText.Points(text);
        rendering.Budget.SpendText(text.Length + (long)with.Length * (points.Length + 1L));
        var result = new StringBuilder();
        for (var i = 0; i <= points.Length; i++)
        {
            if (i < count)
                result.Append(with);
            if (i < points.Length)
                PyText.Append(result, points[i]);
        }
        return result.ToString();
    }

    /// <summary>Occurrences that do not overlap.</summary>
    public static int Count(Rendering rendering, string? text, string part, int limit = int.MaxValue)
    {
        if (text is null)
            return 0;
        if (part.Length == 0)
            return Math.Min(limit, PyText.Length(text) + 1);
        var count = 0;
        for (var i = PyText.Find(rendering, text, part); i >= 0 && count < limit; i = PyText.Find(rendering, text, part, i + part.Length))
            count++;
        return count;
    }

    public static string Join(Rendering rendering, string separator, object? items)
    {
        var result = new StringBuilder();
        var index = 0;
        foreach (var item in Py.Iterate(rendering, items))
        {
            var text = Py.AsText(item) ?? throw new JinjaError($"sequence item {index}: expected str instance, {Py.TypeName(item)} found");
            rendering.Budget.CheckLength((long)result.Length + separator.Length + text.Length);
            if (index++ > 0)
                result.Append(separator);
            result.Append(text);
        }
        rendering.Budget.SpendText(result.Length);
        return result.ToString();
    }

    /// <param name="side">Where the padding goes: -1 both sides, 0 right, 1 left.</param>
    public static string Pad(Rendering rendering, string text, int width, string fill, int side)
    {
        if (PyText.Length(fill) != 1)
            throw new JinjaError("The fill character must be exactly one character long");
        var missing = width - PyText.Length(text);
        if (missing <= 0)
            return text;
        rendering.Budget.SpendText(text.Length + (long)missing * fill.Length);
        var left = side switch { -1 => missing / 2 + (missing & width & 1), 0 => 0, _ => missing };
        return new StringBuilder().Insert(0, fill, left).Append(text).Insert(text.Length + left * fill.Length, fill, missing - left).ToString();
    }

    public static string ZeroFill(Rendering rendering, string text, int width)
    {
        var missing = width - PyText.Length(text);
        if (missing <= 0)
            return text;
        rendering.Budget.SpendText((long)text.Length + missing);
        var signs = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        return string.Concat(text.AsSpan(0, signs), new string('0', missing), text.AsSpan(signs));
    }

    public static string ExpandTabs(Rendering rendering, string text, int size)
    {
        var result = new StringBuilder();
        var column = 0;
        foreach (var point in PyText.Points(text))
        {
            if (point == '\t')
            {
                var blanks = size > 0 ? size - column % size : 0;
                rendering.Budget.SpendText(blanks);
                rendering.Budget.CheckLength((long)result.Length + blanks);
                result.Append(' ', blanks);
                column += blanks;
                continue;
            }
            column = point is '\n' or '\r' ? 0 : column + 1;
            PyText.Append(result, point);
        }
        return result.ToString();
    }
}
