using System.Numerics;

namespace W2SR.Core.Prompts.Jinja;

// A template's values are null (None), bool, BigInteger, double, string, Markup and the types of this folder. Nothing but a namespace changes once made.

/// <summary>A string that is already escaped for HTML.</summary>
internal sealed class Markup(string text)
{
    public string Text { get; } = text;

    public override string ToString() => Text;
}

/// <summary>What is not there. May be printed (as nothing), tested and iterated; any other use fails with its message.</summary>
internal sealed class Undefined(string message)
{
    public string Message { get; } = message;

    public static Undefined Name(string name) => new($"'{name}' is undefined");

    public static Undefined Of(object? owner, object? key) => key is string or Markup
        ? new($"'{Py.DescribeType(owner)}' has no attribute {PyRepr.Of(key)}")
        : new($"{Py.DescribeType(owner)} has no element {PyRepr.Of(key)}");

    public JinjaError Fail() => new(Message);
}

/// <summary>A list or a tuple.</summary>
internal abstract class PySequence(object?[] items)
{
    public object?[] Items { get; } = items;
}

internal sealed class PyList(params object?[] items) : PySequence(items);

internal sealed class PyTuple(params object?[] items) : PySequence(items)
{
    public static PyTuple Empty { get; } = new();
}

/// <summary>A dict in the order of its keys' first arrival. Keys compare as in Python: <c>1 == 1.0 == true</c>.</summary>
internal sealed class PyDict
{
    private static readonly object NoneKey = new();
    private readonly OrderedDictionary<object, object?> _items = new(KeyComparer.Instance);

    public int Count => _items.Count;

    public IEnumerable<object?> Keys => _items.Keys.Select(k => ReferenceEquals(k, NoneKey) ? null : k);

    public IEnumerable<object?> Values => _items.Values;

    public IEnumerable<KeyValuePair<object?, object?>> Pairs => _items.Select(p => new KeyValuePair<object?, object?>(ReferenceEquals(p.Key, NoneKey) ? null : p.Key, p.Value));

    public object? this[object? key]
    {
        set => _items[key ?? NoneKey] = value; // a key that is already there stays as it was written first
    }

    public bool TryGet(object? key, out object? value) => _items.TryGetValue(key ?? NoneKey, out value);

    public bool Contains(object? key) => _items.ContainsKey(key ?? NoneKey);

    public PyDict Copy()
    {
        var copy = new PyDict();
        foreach (var (key, value) in Pairs)
            copy[key] = value;
        return copy;
    }

    private sealed class KeyComparer : IEqualityComparer<object>
    {
        public static KeyComparer Instance { get; } = new();

        public new bool Equals(object? x, object? y) => ReferenceEquals(x, y) || (!ReferenceEquals(x, NoneKey) && !ReferenceEquals(y, NoneKey) && Py.AreEqual(null, x, y));

        public int GetHashCode(object key) => ReferenceEquals(key, NoneKey) ? 0 : Py.Hash(key);
    }
}

internal enum DictViewKind
{
    Keys, Values, Items,
}

/// <summary><c>d.keys()</c>, <c>d.values()</c>, <c>d.items()</c>.</summary>
internal sealed record DictView(PyDict Dict, DictViewKind Kind)
{
    public IEnumerable<object?> Items => Kind switch
    {
        DictViewKind.Keys => Dict.Keys,
        DictViewKind.Values => Dict.Values,
        _ => Dict.Pairs.Select(p => (object?)new PyTuple(p.Key, p.Value)),
    };
}

internal sealed record PyRange(BigInteger Start, BigInteger Stop, BigInteger Step)
{
    public int Count { get; } = (int)BigInteger.Max(0, Step.Sign > 0 ? (Stop - Start + Step - 1) / Step : (Start - Stop - Step - 1) / -Step);

    public BigInteger this[int index] => Start + index * Step;
}

internal sealed record PyBytes(byte[] Content);

/// <summary>A generator: yields its items once.</summary>
internal sealed class PyIterator(string typeName, IEnumerable<object?> items)
{
    private readonly IEnumerator<object?> _items = items.GetEnumerator();

    public string TypeName { get; } = typeName;

    public bool TryNext(out object? item)
    {
        var isThere = _items.MoveNext();
        item = isThere ? _items.Current : null;
        return isThere;
    }

    public IEnumerable<object?> Rest()
    {
        while (TryNext(out var item))
            yield return item;
    }
}

/// <summary>A function, filter or bound method of the engine.</summary>
internal sealed class PyFunction(string name, Func<Rendering, Arguments, object?> invoke)
{
    public string Name { get; } = name;

    public Func<Rendering, Arguments, object?> Invoke { get; } = invoke;
}

/// <summary>The name <c>dict</c>: callable, with <c>fromkeys</c>.</summary>
internal sealed class PyDictType
{
    public static PyDictType Instance { get; } = new();
}

internal sealed class Namespace(PyDict attributes)
{
    public PyDict Attributes { get; } = attributes;
}

internal sealed class Cycler(object?[] items)
{
    private int _position;

    public object?[] Items { get; } = items;

    public object? Current => Items[_position];

    public int Position => _position;

    public void Reset() => _position = 0;

    public object? Next()
    {
        var item = Current;
        _position = (_position + 1) % Items.Length;
        return item;
    }
}

internal sealed class Joiner(object? separator)
{
    public object? Separator { get; } = separator;

    public bool IsUsed { get; private set; }

    public object? Call()
    {
        var text = IsUsed ? Separator : "";
        IsUsed = true;
        return text;
    }
}

/// <summary>A macro with the frame it was defined in.</summary>
internal sealed class Macro(MacroSignature signature, HashSet<string> special, Frame frame)
{
    public MacroSignature Signature { get; } = signature;

    public HashSet<string> Special { get; } = special;

    public Frame Frame { get; } = frame;
}

/// <summary>The name <c>self</c>: gives the template's blocks.</summary>
internal sealed class SelfReference(IReadOnlySet<string> blocks)
{
    public IReadOnlySet<string> Blocks { get; } = blocks;
}

/// <summary>A block of the template, to be called.</summary>
internal sealed record BlockReference(string Name);
