using System.Numerics;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>What Python does with any value: truth, equality, order, length, iteration, membership.</summary>
internal static class Py
{
    public static string TypeName(object? value) => value switch
    {
        null => "NoneType",
        bool => "bool",
        BigInteger => "int",
        double => "float",
        string => "str",
        Markup => "Markup",
        PyList => "list",
        PyTuple => "tuple",
        PyDict => "dict",
        PyRange => "range",
        PyBytes => "bytes",
        DictView v => $"dict_{v.Kind.ToString().ToLowerInvariant()}",
        PyIterator i => i.TypeName,
        PyFunction => "function",
        PyDictType => "type",
        SelfReference => "TemplateReference",
        _ => value.GetType().Name,
    };

    public static string DescribeType(object? value) => value is null ? "None" : $"{TypeName(value)} object";

    /// <summary>The text of a string, Markup or not; null for all else.</summary>
    public static string? AsText(object? value) => value as string ?? (value as Markup)?.Text;

    public static bool IsText(object? value) => value is string or Markup;

    /// <summary>An int or a bool as a number; null for all else.</summary>
    public static BigInteger? AsInteger(object? value) => value switch
    {
        BigInteger i => i,
        bool b => b ? BigInteger.One : BigInteger.Zero,
        _ => null,
    };

    public static bool IsNumber(object? value) => value is BigInteger or bool or double;

    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool b => b,
        string s => s.Length > 0,
        Markup m => m.Text.Length > 0,
        BigInteger i => !i.IsZero,
        double d => d != 0,
        _ => TryLength(value) is not 0,
    };

    public static int? TryLength(object? value) => value switch
    {
        string s => PyText.Length(s),
        Markup m => PyText.Length(m.Text),
        PySequence s => s.Items.Length,
        PyDict d => d.Count,
        DictView v => v.Dict.Count,
        PyRange r => r.Count,
        PyBytes b => b.Content.Length,
        LoopContext l => l.Length,
        Undefined => 0,
        _ => null,
    };

    public static int Length(object? value) => TryLength(value) ?? throw new JinjaError($"object of type '{TypeName(value)}' has no len()");

    public static bool IsIterable(object? value) => value is string or Markup or PySequence or PyDict or DictView or PyRange or PyBytes or PyIterator or LoopContext or Undefined;

    /// <summary>The items of a value, each charged as it is taken.</summary>
    /// <exception cref="JinjaError">Not iterable.</exception>
    public static IEnumerable<object?> Iterate(Rendering rendering, object? value)
    {
        var items = value switch
        {
            string s => PyText.Characters(s),
            Markup m => PyText.Characters(m.Text).Select(c => (object?)new Markup((string)c!)),
            PySequence s => s.Items,
            PyDict d => d.Keys,
            DictView v => v.Items,
            PyRange r => Enumerable.Range(0, r.Count).Select(i => (object?)r[i]),
            PyBytes b => b.Content.Select(c => (object?)(BigInteger)c),
            PyIterator i => i.Rest(),
            Undefined => [],
            LoopContext => throw new JinjaError("iterating over 'loop' itself is not supported"),
            _ => throw new JinjaError($"'{TypeName(value)}' object is not iterable"),
        };
        return Charge(rendering, items);
    }

    public static object?[] ToArray(Rendering rendering, object? value) => [.. Iterate(rendering, value)];

    private static IEnumerable<object?> Charge(Rendering rendering, IEnumerable<object?> items)
    {
        foreach (var item in items)
        {
            rendering.Budget.Spend();
            yield return item;
        }
    }

    /// <summary>Python's <c>==</c>.</summary>
    public static bool AreEqual(Rendering? rendering, object? left, object? right)
    {
        rendering?.Budget.Spend();
        if (ReferenceEquals(left, right))
            return left is not double d || !double.IsNaN(d);
        if (AsText(left) is { } text)
            return AsText(right) is { } other && text == other;
        if (IsNumber(left))
            return IsNumber(right) && PyNumber.AreEqual(left!, right!);
        Budget.EnsureStack();
        return (left, right) switch
        {
            (Undefined, Undefined) => true,
            (PyList a, PyList b) => AreEqual(rendering, a.Items, b.Items),
            (PyTuple a, PyTuple b) => AreEqual(rendering, a.Items, b.Items),
            (PyDict a, PyDict b) => a.Count == b.Count && a.Pairs.All(p => b.TryGet(p.Key, out var other) && AreEqual(rendering, p.Value, other)),
            (DictView { Kind: not DictViewKind.Values } a, DictView { Kind: not DictViewKind.Values } b) =>
                a.Dict.Count == b.Dict.Count && a.Items.All(i => b.Items.Any(o => AreEqual(rendering, i, o))),
            (PyRange a, PyRange b) => a.Count == b.Count && (a.Count == 0 || (a.Start == b.Start && (a.Count == 1 || a.Step == b.Step))),
            (PyBytes a, PyBytes b) => a.Content.AsSpan().SequenceEqual(b.Content),
            _ => false,
        };
    }

    private static bool AreEqual(Rendering? rendering, object?[] left, object?[] right)
    {
        if (left.Length != right.Length)
            return false;
        for (var i = 0; i < left.Length; i++)
            if (!ReferenceEquals(left[i], right[i]) && !AreEqual(rendering, left[i], right[i]))
                return false;
        return true;
    }

    /// <summary>A hash that agrees with <see cref="AreEqual(Rendering?, object?, object?)"/>.</summary>
    /// <exception cref="JinjaError">A list, a dict or another value that cannot be a key.</exception>
    public static int Hash(object? value)
    {
        switch (value)
        {
            case null: return 0;
            case string s: return s.GetHashCode(StringComparison.Ordinal);
            case Markup m: return m.Text.GetHashCode(StringComparison.Ordinal);
            case bool or BigInteger or double: return PyNumber.Hash(value);
            case PyTuple t:
                Budget.EnsureStack();
                var hash = new HashCode();
                foreach (var item in t.Items)
                    hash.Add(Hash(item));
                return hash.ToHashCode();
            case Undefined: return 1;
            case PyRange r: return HashCode.Combine(r.Count, r.Count == 0 ? 0 : r.Start.GetHashCode());
            case PyList or PyDict or DictView { Kind: not DictViewKind.Values }: throw new JinjaError($"unhashable type: '{TypeName(value)}'");
            default: return System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value);
        }
    }

    /// <summary>Python's <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>.</summary>
    public static bool Compare(Rendering rendering, string op, object? left, object? right)
    {
        rendering.Budget.Spend();
        if (left is Undefined u)
            throw u.Fail();
        if (right is Undefined v)
            throw v.Fail();
        if (IsNumber(left) && IsNumber(right))
            return PyNumber.Compare(left!, right!) is { } order && Holds(op, order);
        if (AsText(left) is { } a && AsText(right) is { } b)
            return Holds(op, PyText.Compare(a, b));
        if (left is PySequence x && right is PySequence y && x.GetType() == y.GetType())
        {
            Budget.EnsureStack();
            for (var i = 0; i < Math.Min(x.Items.Length, y.Items.Length); i++)
                if (!AreEqual(rendering, x.Items[i], y.Items[i]))
                    return Compare(rendering, op, x.Items[i], y.Items[i]);
            return Holds(op, x.Items.Length.CompareTo(y.Items.Length));
        }
        throw new JinjaError($"'{op}' not supported between instances of '{TypeName(left)}' and '{TypeName(right)}'");
    }

    private static bool Holds(string op, int order) => op switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };

    /// <summary>Python's <c>in</c>.</summary>
    public static bool Contains(Rendering rendering, object? container, object? item)
    {
        if (AsText(container) is { } text)
            return AsText(item) is { } part
                ? PyText.Find(rendering, text, part) >= 0
                : throw new JinjaError($"'in <string>' requires string as left operand, not {TypeName(item)}");
        if (container is PyDict dict)
            return dict.Contains(item);
        if (container is DictView { Kind: DictViewKind.Keys } keys)
            return keys.Dict.Contains(item);
        if (container is PyBytes)
            throw new JinjaError("'in' with bytes is not supported");
        if (!IsIterable(container))
            throw new JinjaError($"argument of type '{TypeName(container)}' is not iterable");
        return Iterate(rendering, container).Any(i => ReferenceEquals(i, item) || AreEqual(rendering, i, item));
    }

    /// <summary>Python's <c>is</c>, as far as a template can tell.</summary>
    public static bool AreSame(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (bool a, bool b) => a == b,
        (BigInteger a, BigInteger b) => a == b && ((a >= -5 && a <= 256) || ReferenceEquals(left, right)),
        (string a, string b) when a.Length <= 1 && (a.Length == 0 || a[0] < 256) => a == b,
        _ => ReferenceEquals(left, right),
    };

    /// <summary>Sorts stably with <c>&lt;</c> alone, as Python does.</summary>
    public static object?[] Sort(Rendering rendering, IReadOnlyList<object?> items, Func<object?, object?> key, bool isDescending)
    {
        var keyed = items.Select(i => (Key: key(i), Item: i)).ToArray();
        var scratch = new (object? Key, object? Item)[keyed.Length];
        for (var width = 1; width < keyed.Length; width *= 2)
        {
            for (var start = 0; start < keyed.Length; start += 2 * width)
            {
                var middle = Math.Min(start + width, keyed.Length);
                var end = Math.Min(start + 2 * width, keyed.Length);
                for (int left = start, right = middle, to = start; to < end; to++)
                {
                    var takeRight = left == middle || (right < end && (isDescending
                        ? Compare(rendering, "<", keyed[left].Key, keyed[right].Key)
                        : Compare(rendering, "<", keyed[right].Key, keyed[left].Key)));
                    scratch[to] = takeRight ? keyed[right++] : keyed[left++];
                }
            }
            (keyed, scratch) = (scratch, keyed);
        }
        return [.. keyed.Select(k => k.Item)];
    }

    /// <summary>An argument that must be an integer and fit an index; larger ones are clamped.</summary>
    public static int ToIndex(object? value, string what)
    {
        if (value is Undefined u)
            throw u.Fail();
        var integer = AsInteger(value) ?? throw new JinjaError($"{what}: '{TypeName(value)}' object cannot be interpreted as an integer");
        return (int)BigInteger.Max(-int.MaxValue, BigInteger.Min(int.MaxValue, integer));
    }
}
