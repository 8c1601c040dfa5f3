namespace W2SR.Core.Prompts.Jinja;

/// <summary>Python's ways of cutting a string.</summary>
internal static class TextSplitting
{
    /// <summary>The runs between white space.</summary>
    public static List<string> Words(string text, int maxSplit = -1)
    {
        var words = new List<string>();
        var i = 0;
        while (true)
        {
            while (i < text.Length && PyText.IsSpace(text[i]))
                i++;
            if (i == text.Length)
                return words;
            if (maxSplit >= 0 && words.Count == maxSplit)
            {
                words.Add(PyText.TrimEnd(text[i..]));
                return words;
            }
            var start = i;
            while (i < text.Length && !PyText.IsSpace(text[i]))
                i++;
            words.Add(text[start..i]);
        }
    }

    public static List<string> WordsFromRight(string text, int maxSplit)
    {
        var words = new List<string>();
        var end = text.Length;
        while (true)
        {
            while (end > 0 && PyText.IsSpace(text[end - 1]))
                end--;
            if (end == 0)
                break;
            if (maxSplit >= 0 && words.Count == maxSplit)
            {
                words.Add(PyText.TrimStart(text[..end]));
                break;
            }
            var start = end;
            while (start > 0 && !PyText.IsSpace(text[start - 1]))
                start--;
            words.Add(text[start..end]);
            end = start;
        }
        words.Reverse();
        return words;
    }

    public static List<string> Split(Rendering rendering, string text, string separator, int maxSplit)
    {
        RequireSeparator(separator);
        var parts = new List<string>();
        var start = 0;
        for (var found = Next(); found >= 0; found = Next())
        {
            parts.Add(text[start..found]);
            start = found + separator.Length;
        }
        parts.Add(text[start..]);
        return parts;

        int Next() => maxSplit >= 0 && parts.Count >= maxSplit ? -1 : PyText.Find(rendering, text, separator, start);
    }

    public static List<string> SplitFromRight(Rendering rendering, string text, string separator, int maxSplit)
    {
        RequireSeparator(separator);
        var parts = new List<string>();
        var end = text.Length;
        for (var found = Next(); found >= 0; found = Next())
        {
            parts.Add(text[(found + separator.Length)..end]);
            end = found;
        }
        parts.Add(text[..end]);
        parts.Reverse();
        return parts;

        int Next() => maxSplit >= 0 && parts.Count >= maxSplit ? -1 : PyText.FindLast(rendering, text, separator, end);
    }

    public static List<string> Lines(string text, bool keepEnds)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && !PyText.IsLineBreak(text[end]))
                end++;
            var next = end < text.Length && text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : Math.Min(end + 1, text.Length);
            lines.Add(text[start..(keepEnds ? next : end)]);
            start = next;
        }
        return lines;
    }

    /// <summary>Trims white space, or the code points of a set, from either side or both.</summary>
    public static string Trim(string text, string? characters, bool atStart, bool atEnd)
    {
        var set = characters is null ? null : PyText.Points(characters).ToHashSet();
        var (start, end) = (0, text.Length);
        while (atStart && start < end)
        {
            var (point, length) = PyText.PointAt(text, start);
            if (!(set?.Contains(point) ?? PyText.IsSpace(point)))
                break;
            start += length;
        }
        while (atEnd && end > start)
        {
            var length = end - start >= 2 && char.IsLowSurrogate(text[end - 1]) && char.IsHighSurrogate(text[end - 2]) ? 2 : 1;
            var point = PyText.PointAt(text, end - length).Point;
            if (!(set?.Contains(point) ?? PyText.IsSpace(point)))
                break;
            end -= length;
        }
        return text[start..end];
    }

    private static void RequireSeparator(string separator)
    {
        if (separator.Length == 0)
            throw new JinjaError("empty separator");
    }
}
