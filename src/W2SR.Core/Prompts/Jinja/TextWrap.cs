using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>The filter <c>wordwrap</c>: Python's <c>textwrap</c> on each line by itself.</summary>
internal static class TextWrap
{
    public static object Apply(Rendering rendering, object?[] a)
    {
        var text = TextMethods.Text(a[0]);
        var width = Py.ToIndex(a[1], "width");
        if (width <= 0)
            throw new JinjaError($"invalid width {width} (must be > 0)");
        if (text.Contains('-') && Py.IsTrue(a[4]))
            throw new JinjaError("the filter 'wordwrap' is not supported for text with hyphens; pass break_on_hyphens=false");
        rendering.Budget.SpendText(text.Length * 2L);
        var separator = a[3] is null ? "\n" : TextMethods.Text(a[3]);
        var breakLong = Py.IsTrue(a[2]);
        return string.Join(separator, TextSplitting.Lines(text, keepEnds: false).Select(l => string.Join(separator, Wrap(Chunks(l), width, breakLong))));
    }

    /// <summary>Words and the white space between them, in turn.</summary>
    private static Stack<string> Chunks(string line)
    {
        var chunks = new List<string>();
        for (var i = 0; i < line.Length;)
        {
            var start = i;
            var isSpace = IsBlank(line[i]);
            while (i < line.Length && IsBlank(line[i]) == isSpace)
                i++;
            chunks.Add(line[start..i]);
        }
        chunks.Reverse();
        return new Stack<string>(chunks);
    }

    private static bool IsBlank(char c) => c is '\t' or '\n' or '\v' or '\f' or '\r' or ' ';

    private static IEnumerable<string> Wrap(Stack<string> chunks, int width, bool breakLong)
    {
        var isFirst = true;
        while (chunks.Count > 0)
        {
            if (!isFirst && string.IsNullOrWhiteSpace(chunks.Peek()))
                chunks.Pop();
            var line = new List<string>();
            var length = 0;
            while (chunks.Count > 0 && length + PyText.Length(chunks.Peek()) <= width)
            {
                length += PyText.Length(chunks.Peek());
                line.Add(chunks.Pop());
            }
            if (chunks.Count > 0 && PyText.Length(chunks.Peek()) > width)
            {
                if (breakLong)
                {
                    var word = chunks.Pop();
                    var cut = PyText.Offset(word, width - length);
                    line.Add(word[..cut]);
                    chunks.Push(word[cut..]);
                }
                else if (line.Count == 0)
                {
                    line.Add(chunks.Pop());
                }
            }
            if (line.Count > 0 && string.IsNullOrWhiteSpace(line[^1]))
                line.RemoveAt(line.Count - 1);
            if (line.Count == 0)
                continue;
            isFirst = false;
            yield return new StringBuilder().AppendJoin("", line).ToString();
        }
    }
}
