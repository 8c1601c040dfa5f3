using System.Numerics;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>
/// <c>x.a</c>, <c>x['a']</c> and slices. A dot looks for an attribute first and an item second, brackets the other way round; what is in neither
/// is undefined. As in transformers' sandbox, names that begin with an underscore and methods that change a list or a dict are out of reach.
/// </summary>
internal static class Access
{
    private static readonly HashSet<string> ListChangers = ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"];
    private static readonly HashSet<string> DictChangers = ["clear", "pop", "popitem", "setdefault", "update"];

    private static readonly HashSet<string> Internals =
    [
        "__class__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__", "__getattribute__", "__getstate__", "__gt__", "__hash__", "__init__",
        "__init_subclass__", "__le__", "__lt__", "__ne__", "__new__", "__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__", "__str__", "__subclasshook__",
    ];

    public static object? Attribute(Rendering rendering, object? owner, string name)
    {
        if (owner is Undefined undefined)
            throw undefined.Fail();
        if (TryAttribute(rendering, owner, name, out var value) || TryItem(owner, name, out value))
            return value;
        return Undefined.Of(owner, name);
    }

    public static object? Item(Rendering rendering, object? owner, object? key)
    {
        if (owner is Undefined undefined)
            throw undefined.Fail();
        if (TryItem(owner, key, out var value) || (Py.AsText(key) is { } name && TryAttribute(rendering, owner, name, out value)))
            return value;
        return Undefined.Of(owner, key);
    }

    /// <summary>The attribute alone, without a look at the items; undefined where there is none.</summary>
    public static object? AttributeOnly(Rendering rendering, object? owner, string name)
    {
        if (owner is Undefined undefined)
            throw undefined.Fail();
        return TryAttribute(rendering, owner, name, out var value) ? value : Undefined.Of(owner, name);
    }

    private static bool TryItem(object? owner, object? key, out object? value)
    {
        value = null;
        switch (owner)
        {
            case PyDict dict:
                return key is not (PyList or PyDict) && IsHashable(key) && dict.TryGet(key, out value);
            case Namespace or null:
                return false;
        }
        if (Py.AsInteger(key) is not { } index || owner is not (string or Markup or PySequence or PyRange or PyBytes))
            return false;
        var length = Py.Length(owner);
        if (index < 0)
            index += length;
        if (index < 0 || index >= length)
            return false;
        value = At(owner, (int)index);
        return true;
    }

    private static bool IsHashable(object? key) => key switch
    {
        PyList or PyDict => false,
        DictView v => v.Kind == DictViewKind.Values,
        PyTuple t => t.Items.All(IsHashable),
        _ => true,
    };

    private static object? At(object owner, int index)
    {
        switch (owner)
        {
            case PySequence s: return s.Items[index];
            case PyRange r: return r[index];
            case PyBytes b: return (BigInteger)b.Content[index];
        }
        var text = Py.AsText(owner)!;
        var start = PyText.Offset(text, index);
        var character = text.Substring(start, PyText.PointAt(text, start).Length);
        return owner is Markup ? new Markup(character) : character;
    }

    /// <summary><c>owner[start:stop:step]</c>.</summary>
    public static object? Slice(Rendering rendering, object? owner, object? start, object? stop, object? step)
    {
        switch (owner)
        {
            case Undefined u: throw u.Fail();
            case PyDict: throw new JinjaError("unhashable type: 'slice'");
            case not (string or Markup or PySequence or PyRange or PyBytes): throw new JinjaError($"'{Py.TypeName(owner)}' object is not subscriptable");
        }
        var length = Py.Length(owner);
        var indexes = Indexes(length, start, stop, step);
        rendering.Budget.SpendItems(indexes.Count);
        switch (owner)
        {
            case PyList l: return new PyList([.. indexes.Each().Select(i => l.Items[i])]);
            case PyTuple t: return new PyTuple([.. indexes.Each().Select(i => t.Items[i])]);
            case PyBytes b: return new PyBytes([.. indexes.Each().Select(i => b.Content[i])]);
            case PyRange r: return new PyRange(r.Start + indexes.Start * r.Step, r.Start + indexes.Stop * r.Step, r.Step * indexes.Step);
        }
        var text = Py.AsText(owner)!;
        rendering.Budget.SpendText(text.Length);
        var part = indexes.Step == 1
            ? text[PyText.Offset(text, indexes.Start)..PyText.Offset(text, Math.Max(indexes.Start, indexes.Stop))]
            : PyText.FromPoints(PyText.Points(text) is var points ? indexes.Each().Select(i => points[i]) : []);
        return owner is Markup ? new Markup(part) : part;
    }

    /// <summary>Python's rules for the ends of a slice.</summary>
    public static SliceIndexes Indexes(int length, object? start, object? stop, object? step)
    {
        var by = step is null ? 1 : Py.ToIndex(step, "slice indices");
        if (by == 0)
            throw new JinjaError("slice step cannot be zero");
        var (low, high) = by > 0 ? (0, length) : (-1, length - 1);
        int End(object? value, int missing)
        {
            if (value is null)
                return missing;
            var i = Py.ToIndex(value, "slice indices");
            return Math.Clamp(i < 0 ? i + length : i, low, high);
        }
        return new SliceIndexes(End(start, by > 0 ? low : high), End(stop, by > 0 ? high : low), by);
    }

    private static bool TryAttribute(Rendering rendering, object? owner, string name, out object? value)
    {
        if (owner is Namespace ns)
            return ns.Attributes.TryGet(name, out value) && (!name.StartsWith('_') || Unsafe(owner, name, out value));
        value = null;
        if (Internals.Contains(name) || (name.StartsWith("__", StringComparison.Ordinal) && IsProtocol(owner, name)))
            return Unsafe(owner, name, out value);
        if (name.StartsWith('_'))
            return false;
        switch (owner)
        {
            case string or Markup:
                return TextMethods.TryGet(rendering, owner, name, out value);
            case PyList when ListChangers.Contains(name):
            case PyDict when DictChangers.Contains(name):
                return Unsafe(owner, name, out value);
            case SelfReference self:
                value = self.Blocks.Contains(name) ? new BlockReference(name) : throw new JinjaError($"block '{name}' is not defined");
                return true;
            case PyBytes when name != "decode":
                throw new JinjaError($"'bytes.{name}' is not supported");
            default:
                return ValueMethods.TryGet(owner, name, out value);
        }
    }

    private static bool IsProtocol(object? owner, string name) => name switch
    {
        "__len__" or "__contains__" or "__iter__" => Py.TryLength(owner) is not null,
        "__getitem__" => owner is string or Markup or PySequence or PyDict or PyRange or PyBytes,
        "__setitem__" or "__delitem__" => owner is PyList or PyDict,
        "__add__" or "__mul__" or "__rmul__" => Py.IsNumber(owner) || Py.IsText(owner) || owner is PySequence,
        "__mod__" => Py.IsNumber(owner) || Py.IsText(owner),
        "__call__" or "__name__" or "__self__" or "__globals__" or "__code__" => owner is PyFunction or Macro or PyDictType or Joiner or LoopContext,
        "__dict__" or "__module__" => owner is Macro or LoopContext or Cycler or Joiner,
        "__int__" or "__float__" or "__abs__" or "__bool__" => Py.IsNumber(owner),
        "__html__" => owner is Markup,
        _ => false,
    };

    private static bool Unsafe(object? owner, string name, out object? value)
    {
        value = new Undefined($"access to attribute {PyRepr.Quote(name)} of '{Py.TypeName(owner)}' object is unsafe.");
        return true;
    }
}

/// <summary>The indexes a slice takes.</summary>
internal readonly record struct SliceIndexes(int Start, int Stop, int Step)
{
    public int Count => (int)Math.Max(0, Step > 0 ? ((long)Stop - Start + Step - 1) / Step : ((long)Start - Stop - Step - 1) / -(long)Step);

    public IEnumerable<int> Each()
    {
        for (var n = 0; n < Count; n++)
            yield return Start + n * Step;
    }
}
