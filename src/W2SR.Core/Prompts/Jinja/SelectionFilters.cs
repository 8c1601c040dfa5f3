namespace W2SR.Core.Prompts.Jinja;

/// <summary>Filters that take the name of another filter or test.</summary>
internal static class SelectionFilters
{
    public static IReadOnlyList<PyFunction> All { get; } =
    [
        new("map", (e, a) => Filters.Generator(Map(e, Input(a), a.WithoutFirst(1)))),
        Selection("select", hasAttribute: false, keeps: true),
        Selection("reject", hasAttribute: false, keeps: false),
        Selection("selectattr", hasAttribute: true, keeps: true),
        Selection("rejectattr", hasAttribute: true, keeps: false),
    ];

    private static object? Input(Arguments arguments) => arguments.Positional.Count > 0 ? arguments.Positional[0] : throw new JinjaError("missing required argument: 'value'");

    private static PyFunction Selection(string name, bool hasAttribute, bool keeps) =>
        new(name, (e, a) => Filters.Generator(Select(e, Input(a), a.WithoutFirst(1), hasAttribute, keeps)));

    private static IEnumerable<object?> Map(Rendering rendering, object? input, Arguments arguments)
    {
        if (!Py.IsTrue(input))
            yield break;
        var apply = Mapping(rendering, arguments);
        foreach (var item in Py.Iterate(rendering, input))
            yield return apply(item);
    }

    private static Func<object?, object?> Mapping(Rendering rendering, Arguments arguments)
    {
        if (arguments.Positional.Count == 0 && arguments.Named.Any(n => n.Key == "attribute"))
        {
            if (arguments.Named.Where(n => n.Key is not ("attribute" or "default")).Select(n => n.Key).FirstOrDefault() is { } unknown)
                throw new JinjaError($"Unexpected keyword argument '{unknown}'");
            return Filters.Getter(rendering, arguments.Named.First(n => n.Key == "attribute").Value, missing: arguments.Named.FirstOrDefault(n => n.Key == "default").Value);
        }
        if (arguments.Positional.Count == 0)
            throw new JinjaError("map requires a filter argument");
        var rest = arguments.WithoutFirst(1);
        var name = TextMethods.Text(arguments.Positional[0]);
        return item => Filters.Get(name).Invoke(rendering, rest.WithFirst(item));
    }

    private static IEnumerable<object?> Select(Rendering rendering, object? input, Arguments arguments, bool hasAttribute, bool keeps)
    {
        if (!Py.IsTrue(input))
            yield break;
        if (hasAttribute && arguments.Positional.Count == 0)
            throw new JinjaError("Missing parameter for attribute name");
        var get = Filters.Getter(rendering, hasAttribute ? arguments.Positional[0] : null);
        var rest = arguments.WithoutFirst(hasAttribute ? 1 : 0);
        var test = rest.Positional.Count > 0 ? TextMethods.Text(rest.Positional[0]) : null;
        var testArguments = rest.WithoutFirst(1);
        foreach (var item in Py.Iterate(rendering, input))
        {
            var value = get(item);
            if ((test is null ? Py.IsTrue(value) : Tests.Holds(rendering, test, testArguments.WithFirst(value))) == keeps)
                yield return item;
        }
    }
}
