using System.Numerics;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Attributes and methods of everything but strings.</summary>
internal static class ValueMethods
{
    public static bool TryGet(object? owner, string name, out object? value)
    {
        value = owner switch
        {
            PyDict d => OfDict(d, name),
            PySequence s => OfSequence(s, name),
            DictView v => OfView(v, name),
            PyRange r => OfRange(r, name),
            BigInteger or bool => OfInteger(Py.AsInteger(owner)!.Value, name),
            double d => OfFloat(d, name),
            PyBytes b => Method(name, "encoding errors", ["utf-8", "strict"], (_, _) => Encoding.UTF8.GetString(b.Content)),
            LoopContext l => OfLoop(l, name),
            Macro m => OfMacro(m, name),
            Cycler c => OfCycler(c, name),
            Joiner j => name switch { "sep" => new Found(j.Separator), "used" => new Found(j.IsUsed), _ => null },
            PyDictType => name == "fromkeys" ? FromKeys() : null,
            PyIterator when name is "send" or "throw" or "close" => throw new JinjaError($"'generator.{name}' is not supported"),
            _ => null,
        };
        if (value is null)
            return false;
        value = value is Found found ? found.Value : value;
        return true;
    }

    /// <summary>An attribute that may be None.</summary>
    private sealed record Found(object? Value);

    private static PyFunction Method(string name, string parameters, object?[] defaults, Func<Rendering, object?[], object?> body)
    {
        var signature = new Signature(name, parameters, defaults);
        return new PyFunction(name, (e, a) => body(e, signature.Bind(a)));
    }

    private static PyFunction Method(string name, Func<object?> body) => Method(name, "", [], (_, _) => body());

    private static PyFunction FromKeys() => Method("fromkeys", "iterable value /", [null], (e, a) =>
    {
        var dict = new PyDict();
        foreach (var key in Py.Iterate(e, a[0]))
            dict[key] = a[1];
        return dict;
    });

    private static PyFunction? OfDict(PyDict dict, string name) => name switch
    {
        "get" => Method(name, "key default /", [null], (e, a) =>
        {
            e.Budget.Spend(Py.Hash(a[0]) is var _ ? 1 : 0); // a list as key is an error, not a miss
            return dict.TryGet(a[0], out var value) ? value : a[1];
        }),
        "items" => Method(name, () => new DictView(dict, DictViewKind.Items)),
        "keys" => Method(name, () => new DictView(dict, DictViewKind.Keys)),
        "values" => Method(name, () => new DictView(dict, DictViewKind.Values)),
        "copy" => Method(name, dict.Copy),
        "fromkeys" => FromKeys(),
        _ => null,
    };

    private static PyFunction? OfSequence(PySequence sequence, string name) => name switch
    {
        "index" => Method(name, "value start stop /", [(BigInteger)0, (BigInteger)int.MaxValue], (e, a) =>
        {
            var range = Access.Indexes(sequence.Items.Length, a[1], a[2], null);
            for (var n = range.Start; n < range.Stop; n++)
                if (ReferenceEquals(sequence.Items[n], a[0]) || Py.AreEqual(e, sequence.Items[n], a[0]))
                    return (BigInteger)n;
            throw new JinjaError($"{PyRepr.Of(a[0], e)} is not in {Py.TypeName(sequence)}");
        }),
        "count" => Method(name, "value /", [], (e, a) => (BigInteger)sequence.Items.Count(i => ReferenceEquals(i, a[0]) || Py.AreEqual(e, i, a[0]))),
        "copy" when sequence is PyList => Method(name, () => new PyList(sequence.Items)),
        _ => null,
    };

    private static PyFunction? OfView(DictView view, string name) => name switch
    {
        "mapping" => throw new JinjaError("'mapping' of a view is not supported"),
        "isdisjoint" when view.Kind != DictViewKind.Values => Method(name, "other /", [], (e, a) => !Py.Iterate(e, a[0]).Any(i => Py.Contains(e, view, i))),
        _ => null,
    };

    private static object? OfRange(PyRange range, string name) => name switch
    {
        "start" => range.Start,
        "stop" => range.Stop,
        "step" => range.Step,
        "index" or "count" => OfSequence(new PyList([.. Enumerable.Range(0, range.Count).Select(i => (object?)range[i])]), name),
        _ => null,
    };

    private static object? OfInteger(BigInteger value, string name) => name switch
    {
        "real" or "numerator" => value,
        "imag" => BigInteger.Zero,
        "denominator" => BigInteger.One,
        "conjugate" => Method(name, () => value),
        "bit_length" => Method(name, () => (BigInteger)(value.IsZero ? 0 : (long)BigInteger.Abs(value).GetBitLength())),
        "bit_count" => Method(name, () =>
        {
            var count = 0;
            foreach (var b in BigInteger.Abs(value).ToByteArray())
                count += BitOperations.PopCount(b);
            return (BigInteger)count;
        }),
        "as_integer_ratio" => Method(name, () => new PyTuple(value, BigInteger.One)),
        "to_bytes" or "from_bytes" => throw new JinjaError($"'int.{name}' is not supported"),
        _ => null,
    };

    private static object? OfFloat(double value, string name) => name switch
    {
        "real" => value,
        "imag" => 0.0,
        "conjugate" => Method(name, () => value),
        "is_integer" => Method(name, () => double.IsFinite(value) && value == Math.Floor(value)),
        "hex" or "fromhex" or "as_integer_ratio" => throw new JinjaError($"'float.{name}' is not supported"),
        _ => null,
    };

    private static object? OfLoop(LoopContext loop, string name) => name switch
    {
        "index" => (BigInteger)(loop.Index0 + 1),
        "index0" => (BigInteger)loop.Index0,
        "revindex" => (BigInteger)(loop.Length - loop.Index0),
        "revindex0" => (BigInteger)(loop.Length - loop.Index0 - 1),
        "first" => loop.Index0 == 0,
        "last" => loop.IsLast,
        "length" => (BigInteger)loop.Length,
        "depth" => (BigInteger)(loop.Depth0 + 1),
        "depth0" => (BigInteger)loop.Depth0,
        "previtem" => new Found(loop.Previous),
        "nextitem" => new Found(loop.Following),
        "cycle" => new PyFunction(name, (_, a) => loop.Cycle([.. new Signature(name, "").Bind(a with { Positional = [] }) is { } ? a.Positional : []])),
        "changed" => new PyFunction(name, (e, a) => loop.Changed(e, [.. new Signature(name, "").Bind(a with { Positional = [] }) is { } ? a.Positional : []])),
        _ => null,
    };

    private static object? OfMacro(Macro macro, string name) => name switch
    {
        "name" => new Found(macro.Signature.Name),
        "arguments" => new PyTuple([.. macro.Signature.Parameters]),
        "catch_kwargs" => macro.Special.Contains("kwargs"),
        "catch_varargs" => macro.Special.Contains("varargs"),
        "caller" => macro.Special.Contains("caller"),
        "explicit_caller" => macro.Signature.Parameters.Contains("caller"),
        _ => null,
    };

    private static object? OfCycler(Cycler cycler, string name) => name switch
    {
        "next" => Method(name, cycler.Next),
        "reset" => Method(name, () =>
        {
            cycler.Reset();
            return null;
        }),
        "current" => new Found(cycler.Current),
        "items" => new PyTuple(cycler.Items),
        "pos" => (BigInteger)cycler.Position,
        _ => null,
    };
}
