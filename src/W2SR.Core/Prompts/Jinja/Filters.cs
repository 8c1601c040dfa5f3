namespace W2SR.Core.Prompts.Jinja;

/// <summary>What may stand behind <c>|</c>.</summary>
internal static class Filters
{
    /// <summary>Every filter of Jinja 3.1, with transformers' own <c>tojson</c>.</summary>
    public static IReadOnlyDictionary<string, PyFunction> All { get; } =
        new[] { TextFilters.All, NumberFilters.All, SequenceFilters.All, SelectionFilters.All }.SelectMany(f => f).ToDictionary(f => f.Name);

    public static PyFunction Get(string name) => All.TryGetValue(name, out var filter) ? filter : throw new JinjaError($"No filter named '{name}'.");

    public static PyFunction Define(string name, string parameters, object?[] defaults, Func<Rendering, object?[], object?> body)
    {
        var signature = new Signature(name, parameters, defaults);
        return new PyFunction(name, (e, a) => body(e, signature.Bind(a)));
    }

    /// <summary>Follows a path such as <c>a.b.0</c>, or takes one item by its index; null gives the value itself.</summary>
    public static Func<object?, object?> Getter(Rendering rendering, object? attribute, bool ignoreCase = false, object? missing = null)
    {
        object?[] path = attribute switch
        {
            null => [],
            _ when Py.AsText(attribute) is { } text => [.. text.Split('.').Select(PathKey)],
            _ => [attribute],
        };
        return item =>
        {
            foreach (var key in path)
            {
                item = Access.Item(rendering, item, key);
                if (missing is not null && item is Undefined)
                    item = missing;
            }
            return ignoreCase ? IgnoreCase(item) : item;
        };
    }

    private static object PathKey(string part) => part.Length > 0 && part.All(char.IsAsciiDigit) ? NumberLiteral.Parse(part, 10) : part;

    public static object? IgnoreCase(object? value) => Py.AsText(value) is { } text ? TextCase.ToLower(text) : value;

    /// <summary>A generator under Python's name for it.</summary>
    public static PyIterator Generator(IEnumerable<object?> items) => new("generator", items);
}
