using System.Numerics;
using System.Text;
using W2SR.Core.Common;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Filters on lists, dicts and whatever else can be iterated.</summary>
internal static class SequenceFilters
{
    public static IReadOnlyList<PyFunction> All { get; } =
    [
        Filters.Define("length", "obj /", [], (_, a) => (BigInteger)Py.Length(a[0])),
        Filters.Define("count", "obj /", [], (_, a) => (BigInteger)Py.Length(a[0])),
        Filters.Define("list", "value", [], (e, a) => new PyList(Py.ToArray(e, a[0]))),
        Filters.Define("first", "seq", [], (e, a) => FirstOr(Py.Iterate(e, a[0]), "No first item, sequence was empty.")),
        Filters.Define("last", "seq", [], (e, a) => FirstOr(Reversed(e, a[0]) ?? throw new JinjaError($"'{Py.TypeName(a[0])}' object is not reversible"), "No last item, sequence was empty.")),
        Filters.Define("random", "seq", [], Random),
        Filters.Define("reverse", "value", [], Reverse),
        Filters.Define("join", "value d attribute", ["", null], Join),
        Filters.Define("sort", "value reverse case_sensitive attribute", [false, false, null], Sort),
        Filters.Define("unique", "value case_sensitive attribute", [false, null], (e, a) => Filters.Generator(Unique(e, a))),
        Filters.Define("min", "value case_sensitive attribute", [false, null], (e, a) => Extreme(e, a, "<")),
        Filters.Define("max", "value case_sensitive attribute", [false, null], (e, a) => Extreme(e, a, ">")),
        Filters.Define("sum", "iterable attribute start", [null, BigInteger.Zero], Sum),
        Filters.Define("batch", "value linecount fill_with", [null], (e, a) => Filters.Generator(Batch(e, a))),
        Filters.Define("slice", "value slices fill_with", [null], (e, a) => Filters.Generator(Slice(e, a))),
        Filters.Define("groupby", "value attribute default case_sensitive", [null, false], GroupBy),
        Filters.Define("dictsort", "value case_sensitive by reverse", [false, "key", false], DictSort),
        Filters.Define("items", "value", [], (_, a) => Filters.Generator(Items(a[0]))),
        Filters.Define("attr", "obj name", [], (e, a) => Access.AttributeOnly(e, a[0], TextMethods.Text(a[1]))),
        Filters.Define("default", "value default_value boolean", ["", false], Default),
        Filters.Define("d", "value default_value boolean", ["", false], Default),
    ];

    private static object? Default(Rendering rendering, object?[] a) => a[0] is Undefined || (Py.IsTrue(a[2]) && !Py.IsTrue(a[0])) ? a[1] : a[0];

    private static object? FirstOr(IEnumerable<object?> items, string message)
    {
        foreach (var item in items)
            return item;
        return new Undefined(message);
    }

    /// <summary>The items from the last to the first; null for what cannot be walked backwards.</summary>
    private static IEnumerable<object?>? Reversed(Rendering rendering, object? value) => value switch
    {
        Undefined => throw new JinjaError("'Undefined' object is not reversible"),
        PyIterator or LoopContext => null,
        _ when Py.IsIterable(value) => Py.ToArray(rendering, value).Reverse(),
        _ => null,
    };

    private static object? Random(Rendering rendering, object?[] a)
    {
        if (a[0] is not (string or Markup or PySequence or PyRange or Undefined))
            throw new JinjaError($"random: '{Py.TypeName(a[0])}' object is not a sequence");
        var items = Py.ToArray(rendering, a[0]);
        return items.Length == 0 ? new Undefined("No random item, sequence was empty.") : items[new RandomStream(0, "random").NextInt(items.Length)];
    }

    private static object Reverse(Rendering rendering, object?[] a)
    {
        if (Py.AsText(a[0]) is { } text)
        {
            rendering.Budget.SpendText(text.Length);
            var reversed = PyText.FromPoints(PyText.Points(text).Reverse());
            return a[0] is Markup ? new Markup(reversed) : reversed;
        }
        if (Py.IsIterable(a[0]) && a[0] is PyIterator or LoopContext or Undefined)
            return new PyList([.. Py.ToArray(rendering, a[0]).Reverse()]);
        return new PyIterator("list_reverseiterator", Reversed(rendering, a[0]) ?? throw new JinjaError("argument must be iterable"));
    }

    private static object Join(Rendering rendering, object?[] a)
    {
        var get = Filters.Getter(rendering, a[2]);
        var items = Py.Iterate(rendering, a[0]).Select(get);
        if (!rendering.IsAutoescaping)
            return TextEditing.Join(rendering, PyRepr.Str(rendering, a[1]), new PyIterator("map", items.Select(i => (object?)PyRepr.Str(rendering, i))));
        var parts = items.ToArray();
        if (a[1] is not Markup && !parts.Any(p => p is Markup))
            return TextEditing.Join(rendering, PyRepr.Str(rendering, a[1]), new PyList([.. parts.Select(p => (object?)PyRepr.Str(rendering, p))]));
        return new Markup(TextEditing.Join(rendering, Html.Escape(rendering, a[1]).Text, new PyList([.. parts.Select(p => (object?)Html.Escape(rendering, p).Text)])));
    }

    private static PyList Sort(Rendering rendering, object?[] a)
    {
        var ignoreCase = !Py.IsTrue(a[2]);
        Func<object?, object?>[] keys = Py.AsText(a[3]) is { } attributes
            ? [.. attributes.Split(',').Select(n => Filters.Getter(rendering, n, ignoreCase))]
            : [Filters.Getter(rendering, a[3], ignoreCase)];
        return new PyList(Py.Sort(rendering, Py.ToArray(rendering, a[0]), i => new PyList([.. keys.Select(k => k(i))]), Py.IsTrue(a[1])));
    }

    private static IEnumerable<object?> Unique(Rendering rendering, object?[] a)
    {
        var get = Filters.Getter(rendering, a[2], !Py.IsTrue(a[1]));
        var seen = new PyDict();
        foreach (var item in Py.Iterate(rendering, a[0]))
        {
            var key = get(item);
            if (seen.Contains(key))
                continue;
            seen[key] = null;
            yield return item;
        }
    }

    private static object? Extreme(Rendering rendering, object?[] a, string op)
    {
        var get = Filters.Getter(rendering, a[2], !Py.IsTrue(a[1]));
        object? best = new Undefined("No aggregated item, sequence was empty.");
        object? bestKey = null;
        var isFirst = true;
        foreach (var item in Py.Iterate(rendering, a[0]))
        {
            var key = get(item);
            if (isFirst || Py.Compare(rendering, op, key, bestKey))
                (best, bestKey) = (item, key);
            isFirst = false;
        }
        return best;
    }

    private static object? Sum(Rendering rendering, object?[] a)
    {
        if (Py.IsText(a[2]))
            throw new JinjaError("sum() can't sum strings [use ''.join(seq) instead]");
        var get = Filters.Getter(rendering, a[1]);
        var total = a[2];
        foreach (var item in Py.Iterate(rendering, a[0]))
            total = Operators.Apply(rendering, "+", total, get(item));
        return total;
    }

    private static IEnumerable<object?> Batch(Rendering rendering, object?[] a)
    {
        var row = new List<object?>();
        foreach (var item in Py.Iterate(rendering, a[0]))
        {
            if (Py.AreEqual(rendering, (BigInteger)row.Count, a[1]))
            {
                yield return new PyList([.. row]);
                row.Clear();
            }
            row.Add(item);
        }
        if (row.Count == 0)
            yield break;
        var width = a[2] is null ? 0 : Py.ToIndex(a[1], "linecount");
        rendering.Budget.SpendItems(Math.Max(0, width));
        while (row.Count < width)
            row.Add(a[2]);
        yield return new PyList([.. row]);
    }

    private static IEnumerable<object?> Slice(Rendering rendering, object?[] a)
    {
        var items = Py.ToArray(rendering, a[0]);
        var count = Py.ToIndex(a[1], "slices");
        if (count == 0)
            throw new JinjaError("integer division or modulo by zero");
        var (size, extra) = count > 0 ? (items.Length / count, items.Length % count) : (0, 0);
        var start = 0;
        for (var n = 0; n < count; n++)
        {
            rendering.Budget.Spend();
            var length = size + (n < extra ? 1 : 0);
            yield return new PyList(a[2] is not null && n >= extra ? [.. items[start..(start + length)], a[2]] : items[start..(start + length)]);
            start += length;
        }
    }

    private static PyList GroupBy(Rendering rendering, object?[] a)
    {
        var ignoreCase = !Py.IsTrue(a[3]);
        var key = Filters.Getter(rendering, a[1], ignoreCase, a[2]);
        var shown = Filters.Getter(rendering, a[1], false, a[2]);
        var groups = new List<(object? Key, List<object?> Items)>();
        foreach (var item in Py.Sort(rendering, Py.ToArray(rendering, a[0]), key, false))
        {
            if (groups.Count == 0 || !Py.AreEqual(rendering, groups[^1].Key, key(item)))
                groups.Add((key(item), []));
            groups[^1].Items.Add(item);
        }
        return new PyList([.. groups.Select(g => (object?)new PyTuple(shown(g.Items[0]), new PyList([.. g.Items])))]);
    }

    private static PyList DictSort(Rendering rendering, object?[] a)
    {
        if (a[0] is not PyDict dict)
            throw a[0] is Undefined u ? u.Fail() : new JinjaError($"'{Py.TypeName(a[0])}' object has no attribute 'items'");
        var position = Py.AsText(a[2]) switch { "key" => 0, "value" => 1, _ => throw new JinjaError("You can only sort by either \"key\" or \"value\"") };
        var pairs = dict.Pairs.Select(p => (object?)new PyTuple(p.Key, p.Value)).ToArray();
        return new PyList(Py.Sort(rendering, pairs, p => ((PyTuple)p!).Items[position] is var k && Py.IsTrue(a[1]) ? k : Filters.IgnoreCase(((PyTuple)p!).Items[position]), Py.IsTrue(a[3])));
    }

    private static IEnumerable<object?> Items(object? value)
    {
        if (value is Undefined)
            yield break;
        if (value is not PyDict dict)
            throw new JinjaError("Can only get item pairs from a mapping.");
        foreach (var (key, item) in dict.Pairs)
            yield return new PyTuple(key, item);
    }
}
