using System.Numerics;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>What may stand behind <c>is</c>.</summary>
internal static class Tests
{
    public static IReadOnlyDictionary<string, Func<Rendering, object?[], bool>> All { get; } = new Dictionary<string, Func<Rendering, object?[], bool>>
    {
        ["defined"] = (_, a) => a[0] is not Undefined,
        ["undefined"] = (_, a) => a[0] is Undefined,
        ["none"] = (_, a) => a[0] is null,
        ["boolean"] = (_, a) => a[0] is bool,
        ["true"] = (_, a) => a[0] is true,
        ["false"] = (_, a) => a[0] is false,
        ["integer"] = (_, a) => a[0] is BigInteger,
        ["float"] = (_, a) => a[0] is double,
        ["number"] = (_, a) => Py.IsNumber(a[0]),
        ["string"] = (_, a) => Py.IsText(a[0]),
        ["mapping"] = (_, a) => a[0] is PyDict,
        ["iterable"] = (_, a) => Py.IsIterable(a[0]),
        ["sequence"] = (_, a) => a[0] is string or Markup or PySequence or PyDict or PyRange or PyBytes or Undefined,
        ["callable"] = (_, a) => a[0] is PyFunction or Macro or LoopContext or Joiner or PyDictType or BlockReference or Undefined,
        ["escaped"] = (_, a) => a[0] is Markup,
        ["lower"] = (e, a) => TextCase.IsLower(PyRepr.Str(e, a[0])),
        ["upper"] = (e, a) => TextCase.IsUpper(PyRepr.Str(e, a[0])),
        ["odd"] = (e, a) => IsRemainder(e, a[0], 2, 1),
        ["even"] = (e, a) => IsRemainder(e, a[0], 2, 0),
        ["divisibleby"] = (e, a) => Py.AreEqual(e, Operators.Apply(e, "%", a[0], a[1]), BigInteger.Zero),
        ["sameas"] = (_, a) => Py.AreSame(a[0], a[1]),
        ["in"] = (e, a) => Py.Contains(e, a[1], a[0]),
        ["filter"] = (_, a) => Py.Hash(a[0]) is var _ && Py.AsText(a[0]) is { } name && Filters.All.ContainsKey(name),
        ["test"] = (_, a) => Py.Hash(a[0]) is var _ && Py.AsText(a[0]) is { } name && All!.ContainsKey(name),
        ["=="] = Operator("=="),
        ["eq"] = Operator("=="),
        ["equalto"] = Operator("=="),
        ["!="] = Operator("!="),
        ["ne"] = Operator("!="),
        [">"] = Operator(">"),
        ["gt"] = Operator(">"),
        ["greaterthan"] = Operator(">"),
        [">="] = Operator(">="),
        ["ge"] = Operator(">="),
        ["<"] = Operator("<"),
        ["lt"] = Operator("<"),
        ["lessthan"] = Operator("<"),
        ["<="] = Operator("<="),
        ["le"] = Operator("<="),
    };

    private static readonly Dictionary<string, string> SecondParameter = new() { ["divisibleby"] = "num", ["sameas"] = "other", ["in"] = "seq" };

    public static bool Holds(Rendering rendering, string name, Arguments arguments)
    {
        if (!All.TryGetValue(name, out var test))
            throw new JinjaError($"No test named '{name}'.");
        return test(rendering, ParametersOf(name).Bind(arguments));
    }

    private static Signature ParametersOf(string name) =>
        SecondParameter.TryGetValue(name, out var second) ? new(name, "value " + second) :
        name is "==" or "eq" or "equalto" or "!=" or "ne" or ">" or "gt" or "greaterthan" or ">=" or "ge" or "<" or "lt" or "lessthan" or "<=" or "le"
            ? new(name, "a b /")
            : new(name, "value");

    private static Func<Rendering, object?[], bool> Operator(string op) => (e, a) => Operators.Compare(e, op, a[0], a[1]);

    private static bool IsRemainder(Rendering rendering, object? value, int divisor, int remainder) =>
        Py.AreEqual(rendering, Operators.Apply(rendering, "%", value, (BigInteger)divisor), (BigInteger)remainder);
}
