using System.Numerics;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>The methods of strings. Those of a Markup give Markup and escape what they put in.</summary>
internal static class TextMethods
{
    private static readonly BigInteger MinusOne = BigInteger.MinusOne;

    private static readonly HashSet<string> Unsupported = ["maketrans", "translate"];

    private static readonly HashSet<string> PlainOnMarkup = ["encode"];

    private static readonly Dictionary<string, (Signature Signature, Func<Rendering, string, object?[], object?> Body)> Methods = new()
    {
        ["upper"] = (new("upper", ""), (_, s, _) => TextCase.ToUpper(s)),
        ["lower"] = (new("lower", ""), (_, s, _) => TextCase.ToLower(s)),
        ["title"] = (new("title", ""), (_, s, _) => TextCase.ToTitle(s)),
        ["capitalize"] = (new("capitalize", ""), (_, s, _) => TextCase.Capitalize(s)),
        ["swapcase"] = (new("swapcase", ""), (_, s, _) => TextCase.SwapCase(s)),
        ["casefold"] = (new("casefold", ""), (_, s, _) => TextCase.ToFold(s)),
        ["strip"] = (new("strip", "chars /", (object?)null), (_, s, a) => TextSplitting.Trim(s, Characters(a[0]), true, true)),
        ["lstrip"] = (new("lstrip", "chars /", (object?)null), (_, s, a) => TextSplitting.Trim(s, Characters(a[0]), true, false)),
        ["rstrip"] = (new("rstrip", "chars /", (object?)null), (_, s, a) => TextSplitting.Trim(s, Characters(a[0]), false, true)),
        ["split"] = (new("split", "sep maxsplit", null, MinusOne), (e, s, a) => List(Split(e, s, a[0], Index(a[1])))),
        ["rsplit"] = (new("rsplit", "sep maxsplit", null, MinusOne), (e, s, a) => List(SplitFromRight(e, s, a[0], Index(a[1])))),
        ["splitlines"] = (new("splitlines", "keepends", false), (_, s, a) => List(TextSplitting.Lines(s, Py.IsTrue(a[0])))),
        ["partition"] = (new("partition", "sep /"), (e, s, a) => Partition(e, s, a[0], fromRight: false)),
        ["rpartition"] = (new("rpartition", "sep /"), (e, s, a) => Partition(e, s, a[0], fromRight: true)),
        ["startswith"] = (new("startswith", "prefix start end /", null, null), (_, s, a) => HasAffix(s, a, "startswith", (t, p) => t.StartsWith(p, StringComparison.Ordinal))),
        ["endswith"] = (new("endswith", "suffix start end /", null, null), (_, s, a) => HasAffix(s, a, "endswith", (t, p) => t.EndsWith(p, StringComparison.Ordinal))),
        ["removeprefix"] = (new("removeprefix", "prefix /"), (_, s, a) => s.StartsWith(Text(a[0]), StringComparison.Ordinal) ? s[Text(a[0]).Length..] : s),
        ["removesuffix"] = (new("removesuffix", "suffix /"), (_, s, a) => s.EndsWith(Text(a[0]), StringComparison.Ordinal) ? s[..^Text(a[0]).Length] : s),
        ["replace"] = (new("replace", "old new count /", MinusOne), (e, s, a) => TextEditing.Replace(e, s, Text(a[0]), Text(a[1]), Index(a[2]))),
        ["find"] = (new("find", "sub start end /", null, null), (e, s, a) => Find(e, s, a, fromRight: false)),
        ["rfind"] = (new("rfind", "sub start end /", null, null), (e, s, a) => Find(e, s, a, fromRight: true)),
        ["index"] = (new("index", "sub start end /", null, null), (e, s, a) => Required(Find(e, s, a, fromRight: false))),
        ["rindex"] = (new("rindex", "sub start end /", null, null), (e, s, a) => Required(Find(e, s, a, fromRight: true))),
        ["count"] = (new("count", "sub start end /", null, null), (e, s, a) => (BigInteger)TextEditing.Count(e, Range(s, a), Text(a[0]))),
        ["join"] = (new("join", "iterable /"), (e, s, a) => TextEditing.Join(e, s, a[0])),
        ["center"] = (new("center", "width fillchar /", " "), (e, s, a) => TextEditing.Pad(e, s, Index(a[0]), Text(a[1]), -1)),
        ["ljust"] = (new("ljust", "width fillchar /", " "), (e, s, a) => TextEditing.Pad(e, s, Index(a[0]), Text(a[1]), 0)),
        ["rjust"] = (new("rjust", "width fillchar /", " "), (e, s, a) => TextEditing.Pad(e, s, Index(a[0]), Text(a[1]), 1)),
        ["zfill"] = (new("zfill", "width /"), (e, s, a) => TextEditing.ZeroFill(e, s, Index(a[0]))),
        ["expandtabs"] = (new("expandtabs", "tabsize", (BigInteger)8), (e, s, a) => TextEditing.ExpandTabs(e, s, Index(a[0]))),
        ["encode"] = (new("encode", "encoding errors", "utf-8", "strict"), (_, s, a) => Encode(s, Text(a[0]))),
        ["isalpha"] = (new("isalpha", ""), (_, s, _) => All(s, PyText.IsLetter)),
        ["isalnum"] = (new("isalnum", ""), (_, s, _) => All(s, PyText.IsAlphanumeric)),
        ["isdigit"] = (new("isdigit", ""), (_, s, _) => All(s, PyText.IsDigit)),
        ["isdecimal"] = (new("isdecimal", ""), (_, s, _) => All(s, PyText.IsDecimal)),
        ["isnumeric"] = (new("isnumeric", ""), (_, s, _) => All(s, PyText.IsNumeric)),
        ["isspace"] = (new("isspace", ""), (_, s, _) => All(s, PyText.IsSpace)),
        ["isprintable"] = (new("isprintable", ""), (_, s, _) => s.Length == 0 || All(s, PyText.IsPrintable)),
        ["isascii"] = (new("isascii", ""), (_, s, _) => Ascii.IsValid(s)),
        ["isidentifier"] = (new("isidentifier", ""), (_, s, _) => PyText.IsIdentifier(s)),
        ["islower"] = (new("islower", ""), (_, s, _) => TextCase.IsLower(s)),
        ["isupper"] = (new("isupper", ""), (_, s, _) => TextCase.IsUpper(s)),
        ["istitle"] = (new("istitle", ""), (_, s, _) => TextCase.IsTitle(s)),
    };

    public static bool TryGet(Rendering rendering, object owner, string name, out object? value)
    {
        var text = Py.AsText(owner)!;
        var isMarkup = owner is Markup;
        value = name switch
        {
            "format" => new PyFunction(name, (e, a) => Wrap(TextFormat.Format(e, text, a, isMarkup), isMarkup)),
            "format_map" => new PyFunction(name, (e, a) => Wrap(TextFormat.Format(e, text, FromMap(a), isMarkup), isMarkup)),
            "unescape" when isMarkup => new PyFunction(name, (_, _) => Html.Unescape(text)),
            "striptags" when isMarkup => new PyFunction(name, (e, _) => Html.StripTags(e, text)),
            _ when Unsupported.Contains(name) => throw new JinjaError($"'str.{name}' is not supported"),
            _ => Methods.TryGetValue(name, out var method) ? Bind(text, isMarkup, name, method.Signature, method.Body) : null,
        };
        return value is not null;
    }

    private static PyFunction Bind(string text, bool isMarkup, string name, Signature signature, Func<Rendering, string, object?[], object?> body) => new(name, (e, a) =>
    {
        e.Budget.SpendText(text.Length);
        var values = signature.Bind(a);
        if (!isMarkup)
            return body(e, text, values);
        if (name is "replace" or "ljust" or "rjust" or "center")
            values[1] = Html.Escape(e, values[1]).Text;
        if (name == "join")
            values[0] = new PyList([.. Py.Iterate(e, values[0]).Select(i => (object?)Html.Escape(e, i).Text)]);
        return Wrap(body(e, text, values), !PlainOnMarkup.Contains(name));
    });

    private static Arguments FromMap(Arguments arguments)
    {
        if (arguments.Named.Count > 0 || arguments.Positional is not [PyDict map])
            throw new JinjaError("format_map() takes exactly one mapping");
        return new Arguments([], [.. map.Pairs.Where(p => p.Key is string).Select(p => new KeyValuePair<string, object?>((string)p.Key!, p.Value))]);
    }

    private static object? Wrap(object? value, bool asMarkup) => value switch
    {
        string s when asMarkup => new Markup(s),
        PyList l when asMarkup => new PyList([.. l.Items.Select(i => Wrap(i, true))]),
        PyTuple t when asMarkup => new PyTuple([.. t.Items.Select(i => Wrap(i, true))]),
        _ => value,
    };

    public static string Text(object? value) => Py.AsText(value) ?? throw (value is Undefined u ? u.Fail() : new JinjaError($"must be str, not {Py.TypeName(value)}"));

    private static string? Characters(object? value) => value is null ? null : Text(value);

    private static int Index(object? value) => Py.ToIndex(value, "argument");

    private static PyList List(IEnumerable<string> items) => new([.. items]);

    private static bool All(string text, Func<int, bool> test) => text.Length > 0 && Array.TrueForAll(PyText.Points(text), p => test(p));

    private static List<string> Split(Rendering rendering, string text, object? separator, int maxSplit) =>
        separator is null ? TextSplitting.Words(text, maxSplit) : TextSplitting.Split(rendering, text, Text(separator), maxSplit);

    private static List<string> SplitFromRight(Rendering rendering, string text, object? separator, int maxSplit) =>
        separator is null ? TextSplitting.WordsFromRight(text, maxSplit) : TextSplitting.SplitFromRight(rendering, text, Text(separator), maxSplit);

    private static PyTuple Partition(Rendering rendering, string text, object? separator, bool fromRight)
    {
        var by = Text(separator);
        if (by.Length == 0)
            throw new JinjaError("empty separator");
        var found = fromRight ? PyText.FindLast(rendering, text, by, text.Length) : PyText.Find(rendering, text, by);
        if (found < 0)
            return fromRight ? new PyTuple("", "", text) : new PyTuple(text, "", "");
        return new PyTuple(text[..found], by, text[(found + by.Length)..]);
    }

    private static bool HasAffix(string text, object?[] arguments, string name, Func<string, string, bool> has)
    {
        if (arguments[0] is not PyTuple && !Py.IsText(arguments[0]))
            throw new JinjaError($"{name} first arg must be str or a tuple of str, not {Py.TypeName(arguments[0])}");
        var range = RangeOrNull(text, arguments);
        var affixes = arguments[0] is PyTuple tuple ? tuple.Items : [arguments[0]];
        return affixes.Any(a => Py.AsText(a) is { } affix
            ? range is not null && has(range, affix)
            : throw new JinjaError($"tuple for {name} must only contain str, not {Py.TypeName(a)}"));
    }

    /// <summary>The part of the text between the arguments start and end; null where start lies behind the end of the text.</summary>
    private static string? RangeOrNull(string text, object?[] arguments)
    {
        if (arguments[1] is null && arguments[2] is null)
            return text;
        var length = PyText.Length(text);
        var range = Access.Indexes(length, arguments[1], arguments[2], null);
        if (range.Start > range.Stop || (arguments[1] is not null && Index(arguments[1]) > length))
            return null;
        return text[PyText.Offset(text, range.Start)..PyText.Offset(text, range.Stop)];
    }

    private static string? Range(string text, object?[] arguments) => RangeOrNull(text, arguments);

    private static BigInteger Find(Rendering rendering, string text, object?[] arguments, bool fromRight)
    {
        var part = Text(arguments[0]);
        if (RangeOrNull(text, arguments) is not { } range)
            return MinusOne;
        var found = fromRight ? PyText.FindLast(rendering, range, part, range.Length) : PyText.Find(rendering, range, part);
        if (found < 0)
            return MinusOne;
        var offset = arguments[1] is null ? 0 : Access.Indexes(PyText.Length(text), arguments[1], null, null).Start;
        return offset + PyText.Count(range, found);
    }

    private static BigInteger Required(BigInteger found) => found.Sign >= 0 ? found : throw new JinjaError("substring not found");

    private static PyBytes Encode(string text, string encoding) => encoding.ToUpperInvariant().Replace('_', '-') switch
    {
        "UTF-8" or "UTF8" => new PyBytes(Encoding.UTF8.GetBytes(text)),
        "ASCII" or "US-ASCII" when Ascii.IsValid(text) => new PyBytes(Encoding.ASCII.GetBytes(text)),
        _ => throw new JinjaError($"encoding this text as '{encoding}' is not supported; utf-8 is"),
    };
}
