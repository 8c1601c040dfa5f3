using System.Globalization;
using System.Numerics;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Filters on text.</summary>
internal static class TextFilters
{
    public static IReadOnlyList<PyFunction> All { get; } =
    [
        Method("upper"),
        Method("lower"),
        Method("capitalize"),
        Filters.Define("title", "s", [], (e, a) => Title(e, a[0])),
        Filters.Define("trim", "value chars", [null], (e, a) => Call(e, a[0], "strip", a[1])),
        Filters.Define("center", "value width", [(BigInteger)80], (e, a) => Call(e, a[0], "center", a[1])),
        Filters.Define("string", "object", [], (e, a) => Soft(e, a[0])),
        Filters.Define("replace", "s old new count", [null], Replace),
        Filters.Define("indent", "s width first blank", [(BigInteger)4, false, false], Indent),
        Filters.Define("truncate", "s length killwords end leeway", [(BigInteger)255, false, "...", null], Truncate),
        Filters.Define("wordcount", "s", [], (e, a) => (BigInteger)WordCount(Py.AsText(Soft(e, a[0]))!)),
        Filters.Define("wordwrap", "s width break_long_words wrapstring break_on_hyphens", [(BigInteger)79, true, null, true], TextWrap.Apply),
        Filters.Define("escape", "s", [], (e, a) => Html.Escape(e, a[0])),
        Filters.Define("e", "s", [], (e, a) => Html.Escape(e, a[0])),
        Filters.Define("forceescape", "value", [], (e, a) => Html.Escape(e, PyRepr.Str(e, a[0]))),
        Filters.Define("safe", "value", [], (e, a) => a[0] is Markup m ? m : new Markup(PyRepr.Str(e, a[0]))),
        Filters.Define("striptags", "value", [], (e, a) => Html.StripTags(e, PyRepr.Str(e, a[0]))),
        Filters.Define("urlencode", "value", [], UrlEncode),
        Filters.Define("urlize", "value trim_url_limit nofollow target rel extra_schemes", [null, null, null, null, null], (_, _) => throw new JinjaError("the filter 'urlize' is not supported")),
        Filters.Define("xmlattr", "d autospace", [true], XmlAttributes),
        Filters.Define("pprint", "value", [], (e, a) => PrettyText(e, a[0])),
        Filters.Define("tojson", "x ensure_ascii indent separators sort_keys", [false, null, null, false],
            (e, a) => JsonText.Write(e, a[0], Py.IsTrue(a[1]), a[2], a[3], Py.IsTrue(a[4]))),
        new PyFunction("format", Format),
    ];

    private static PyFunction Method(string name) => Filters.Define(name, "s", [], (e, a) => Call(e, a[0], name));

    /// <summary>Markup stays Markup, text stays text, all else is printed.</summary>
    private static object Soft(Rendering rendering, object? value) => value is string or Markup ? value : PyRepr.Str(rendering, value);

    private static object? Call(Rendering rendering, object? value, string method, params object?[] arguments) =>
        TextMethods.TryGet(rendering, Soft(rendering, value), method, out var function) ? ((PyFunction)function!).Invoke(rendering, Arguments.Of(arguments)) : null;

    /// <summary>Jinja's own title case: a word begins after blanks, hyphens and opening brackets.</summary>
    private static string Title(Rendering rendering, object? value)
    {
        var text = Py.AsText(Soft(rendering, value))!;
        rendering.Budget.SpendText(text.Length);
        var result = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            while (i < text.Length && IsGap(text[i]))
                i++;
            result.Append(text, start, i - start);
            start = i;
            while (i < text.Length && !IsGap(text[i]))
                i++;
            if (i == start)
                continue;
            var first = PyText.PointAt(text, start).Length;
            result.Append(TextCase.ToUpper(text.Substring(start, first))).Append(TextCase.ToLower(text[(start + first)..i]));
        }
        return result.ToString();
    }

    private static bool IsGap(char c) => c is '-' or '(' or '{' or '[' or '<' || PyText.IsSpace(c);

    private static object? Replace(Rendering rendering, object?[] a)
    {
        var count = a[3] ?? BigInteger.MinusOne;
        if (!rendering.IsAutoescaping)
            return Call(rendering, PyRepr.Str(rendering, a[0]), "replace", PyRepr.Str(rendering, a[1]), PyRepr.Str(rendering, a[2]), count);
        var text = a[1] is Markup || (a[2] is Markup && a[0] is not Markup) ? Html.Escape(rendering, a[0]) : Soft(rendering, a[0]);
        return Call(rendering, text, "replace", Soft(rendering, a[1]), Soft(rendering, a[2]), count);
    }

    private static object Indent(Rendering rendering, object?[] a)
    {
        var text = TextMethods.Text(a[0]);
        var indent = Py.AsText(a[1]) ?? new string(' ', Math.Clamp(Py.ToIndex(a[1], "indent"), 0, 10_000));
        if (a[0] is Markup && a[1] is string)
            indent = Html.Escape(rendering, indent).Text;
        var lines = TextSplitting.Lines(text + "\n", keepEnds: false);
        rendering.Budget.SpendText(text.Length + (long)lines.Count * indent.Length);
        var blank = Py.IsTrue(a[3]);
        var result = new StringBuilder(Py.IsTrue(a[2]) ? indent : "");
        for (var i = 0; i < lines.Count; i++)
            result.Append(i == 0 ? "" : "\n").Append(i > 0 && (blank || lines[i].Length > 0) ? indent : "").Append(lines[i]);
        return a[0] is Markup ? new Markup(result.ToString()) : result.ToString();
    }

    private static object? Truncate(Rendering rendering, object?[] a)
    {
        var text = TextMethods.Text(a[0]);
        var end = TextMethods.Text(a[3]);
        var length = Py.ToIndex(a[1], "length");
        var leeway = a[4] is null ? 5 : Py.ToIndex(a[4], "leeway");
        if (length < PyText.Length(end) || leeway < 0)
            throw new JinjaError($"truncate: expected length >= {PyText.Length(end)} and leeway >= 0, got {length} and {leeway}");
        if (PyText.Length(text) <= (long)length + leeway)
            return a[0];
        var cut = text[..PyText.Offset(text, length - PyText.Length(end))];
        if (!Py.IsTrue(a[2]) && cut.LastIndexOf(' ') is >= 0 and var blank)
            cut = cut[..blank];
        return a[0] is Markup ? new Markup(cut + Html.Escape(rendering, a[3]).Text) : cut + end;
    }

    private static int WordCount(string text)
    {
        var count = 0;
        var inWord = false;
        foreach (var point in PyText.Points(text))
        {
            var isWord = point == '_' || PyText.IsAlphanumeric(point);
            count += isWord && !inWord ? 1 : 0;
            inWord = isWord;
        }
        return count;
    }

    private static object? Format(Rendering rendering, Arguments arguments)
    {
        var rest = arguments.WithoutFirst(1);
        if (rest.Positional.Count > 0 && rest.Named.Count > 0)
            throw new JinjaError("can't handle positional and keyword arguments at the same time");
        object values = new PyTuple([.. rest.Positional]);
        if (rest.Named.Count > 0)
        {
            var named = new PyDict();
            foreach (var (name, value) in rest.Named)
                named[name] = value;
            values = named;
        }
        return PercentFormat.Apply(rendering, Soft(rendering, arguments.Positional.Count > 0 ? arguments.Positional[0] : throw new JinjaError("format() missing required argument: 'value'")), values);
    }

    private static object UrlEncode(Rendering rendering, object?[] a)
    {
        if (Py.IsText(a[0]) || !Py.IsIterable(a[0]))
            return Quote(rendering, a[0], isQuery: false);
        var pairs = a[0] is PyDict d ? d.Pairs.Select(p => (object?)new PyTuple(p.Key, p.Value)) : Py.Iterate(rendering, a[0]);
        return string.Join('&', pairs.Select(p => Py.ToArray(rendering, p) is [var key, var value]
            ? $"{Quote(rendering, key, isQuery: true)}={Quote(rendering, value, isQuery: true)}"
            : throw new JinjaError("urlencode: expected pairs")));
    }

    private static string Quote(Rendering rendering, object? value, bool isQuery)
    {
        var bytes = value is PyBytes b ? b.Content : Encoding.UTF8.GetBytes(PyRepr.Str(rendering, value));
        rendering.Budget.SpendText(bytes.Length * 3L);
        var result = new StringBuilder();
        foreach (var c in bytes)
            if (char.IsAsciiLetterOrDigit((char)c) || c is (byte)'_' or (byte)'.' or (byte)'-' or (byte)'~' || (c == '/' && !isQuery))
                result.Append((char)c);
            else if (c == ' ' && isQuery)
                result.Append('+');
            else
                result.Append('%').Append(c.ToString("X2", CultureInfo.InvariantCulture));
        return result.ToString();
    }

    private static object XmlAttributes(Rendering rendering, object?[] a)
    {
        if (a[0] is not PyDict dict)
            throw a[0] is Undefined u ? u.Fail() : new JinjaError($"'{Py.TypeName(a[0])}' object has no attribute 'items'");
        var parts = new List<string>();
        foreach (var (key, value) in dict.Pairs)
        {
            if (value is null or Undefined)
                continue;
            var name = TextMethods.Text(key);
            if (name.Any(c => c is '/' or '>' or '=' || (c is ' ' or >= '\t' and <= '\r')))
                throw new JinjaError($"Invalid character in attribute name: {PyRepr.Quote(name)}");
            parts.Add($"{Html.Escape(rendering, key).Text}=\"{Html.Escape(rendering, value).Text}\"");
        }
        var text = (Py.IsTrue(a[1]) && parts.Count > 0 ? " " : "") + string.Join(' ', parts);
        return rendering.IsAutoescaping ? new Markup(text) : text;
    }

    /// <summary>pprint, where it all fits on one line of 80 characters.</summary>
    private static string PrettyText(Rendering rendering, object? value)
    {
        var text = PyRepr.Of(SortKeys(rendering, value), rendering);
        return text.Length <= 80 || value is not (PySequence or PyDict or string or Markup) ? text : throw new JinjaError("the filter 'pprint' is supported for values that fit on one line only");
    }

    private static object? SortKeys(Rendering rendering, object? value)
    {
        Budget.EnsureStack();
        switch (value)
        {
            case PyList l: return new PyList([.. l.Items.Select(i => SortKeys(rendering, i))]);
            case PyTuple t: return new PyTuple([.. t.Items.Select(i => SortKeys(rendering, i))]);
            case PyDict d when d.Keys.All(k => k is string):
                var sorted = new PyDict();
                foreach (var key in Py.Sort(rendering, [.. d.Keys], k => k, false))
                    sorted[key] = SortKeys(rendering, d.TryGet(key, out var v) ? v : null);
                return sorted;
            case PyDict: throw new JinjaError("the filter 'pprint' is not supported for dicts with keys other than strings");
            default: return value;
        }
    }
}
