using System.Numerics;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>The names every template knows.</summary>
internal static class Globals
{
    private const int MaxRange = 100_000;

    public static IEnumerable<KeyValuePair<string, object?>> All { get; } =
    [
        new("range", new PyFunction("range", (_, a) => Range(a))),
        new("dict", PyDictType.Instance),
        new("namespace", new PyFunction("namespace", (e, a) => NewNamespace(e, a))),
        new("cycler", new PyFunction("cycler", (_, a) => a.Positional.Count == 0 || a.Named.Count > 0
            ? throw new JinjaError("cycler: at least one item has to be provided")
            : new Cycler([.. a.Positional]))),
        new("joiner", Function("joiner", "sep", [", "], (_, a) => new Joiner(a[0]))),
        new("lipsum", new PyFunction("lipsum", (_, _) => throw new JinjaError("'lipsum' is not supported"))),
        new("raise_exception", Function("raise_exception", "message", [], (e, a) => throw new JinjaRaise(PyRepr.Str(e, a[0])))),
        new("strftime_now", Function("strftime_now", "format", [], (e, a) => Strftime.Format(e, e.Clock.GetLocalNow(), TextMethods.Text(a[0])))),
    ];

    private static PyFunction Function(string name, string parameters, object?[] defaults, Func<Rendering, object?[], object?> body)
    {
        var signature = new Signature(name, parameters, defaults);
        return new PyFunction(name, (e, a) => body(e, signature.Bind(a)));
    }

    private static PyRange Range(Arguments arguments)
    {
        var a = arguments.Positional;
        if (arguments.Named.Count > 0 || a.Count is < 1 or > 3)
            throw new JinjaError($"range expected 1 to 3 arguments, got {a.Count}");
        BigInteger At(int i) => Py.AsInteger(a[i]) ?? throw (a[i] is Undefined u ? u.Fail() : new JinjaError($"'{Py.TypeName(a[i])}' object cannot be interpreted as an integer"));
        var (start, stop, step) = a.Count == 1 ? (BigInteger.Zero, At(0), BigInteger.One) : (At(0), At(1), a.Count == 3 ? At(2) : BigInteger.One);
        if (step.IsZero)
            throw new JinjaError("range() arg 3 must not be zero");
        if (BigInteger.Max(0, (step.Sign > 0 ? stop - start : start - stop) + BigInteger.Abs(step) - 1) / BigInteger.Abs(step) > MaxRange)
            throw new JinjaError($"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({MaxRange}).");
        return new PyRange(start, stop, step);
    }

    private static Namespace NewNamespace(Rendering rendering, Arguments arguments)
    {
        var attributes = NewDict(rendering, arguments);
        foreach (var key in attributes.Keys)
            if (key is string name && name.StartsWith('_'))
                throw new JinjaError($"Chat templates cannot store underscore-prefixed attributes on a namespace, but got '{name}'. Please rename the attribute.");
        return new Namespace(attributes);
    }

    /// <summary><c>dict(...)</c>: a copy of a dict, or from pairs, with named arguments on top.</summary>
    public static PyDict NewDict(Rendering rendering, Arguments arguments)
    {
        if (arguments.Positional.Count > 1)
            throw new JinjaError($"dict expected at most 1 argument, got {arguments.Positional.Count}");
        var dict = new PyDict();
        if (arguments.Positional is [PyDict source])
            dict = source.Copy();
        else if (arguments.Positional.Count == 1)
            foreach (var item in Py.Iterate(rendering, arguments.Positional[0]))
            {
                var pair = Py.ToArray(rendering, item);
                if (pair.Length != 2)
                    throw new JinjaError($"dictionary update sequence element has length {pair.Length}; 2 is required");
                dict[pair[0]] = pair[1];
            }
        rendering.Budget.SpendItems(dict.Count);
        foreach (var (name, value) in arguments.Named)
            dict[name] = value;
        return dict;
    }
}
