namespace W2SR.Core.Prompts.Jinja;

/// <summary>The names of one entered frame.</summary>
internal sealed class Frame
{
    private static readonly object Nothing = new();
    private readonly Frame? _parent;
    private readonly Dictionary<string, object?> _values;

    public Frame(Rendering rendering, Symbols symbols, Frame? parent, bool? isEscaping = null)
    {
        _parent = parent;
        IsEscaping = isEscaping ?? parent?.IsEscaping ?? false;
        _values = new(symbols.Loads.Count);
        rendering.Budget.Spend(1 + symbols.Loads.Count / 4);
        foreach (var (name, load) in symbols.Loads)
            _values[name] = load switch
            {
                NameLoad.Resolve => rendering.TryResolve(name, out var value) ? value : Nothing,
                NameLoad.Alias => parent!.Find(name),
                _ => Nothing,
            };
    }

    /// <summary>Whether what is printed here is escaped for HTML.</summary>
    public bool IsEscaping { get; }

    /// <summary>Whether this is the template's own frame, whose names blocks can see.</summary>
    public bool IsTop { get; init; }

    public void Set(string name, object? value) => _values[name] = value;

    public object? Get(Rendering rendering, string name)
    {
        for (var frame = this; frame is not null; frame = frame._parent)
            if (frame._values.TryGetValue(name, out var value))
                return ReferenceEquals(value, Nothing) ? Undefined.Name(name) : value;
        return rendering.TryResolve(name, out var resolved) ? resolved : Undefined.Name(name);
    }

    /// <summary>Every name that has a value, inner ones first.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Known()
    {
        for (var frame = this; frame is not null; frame = frame._parent)
            foreach (var pair in frame._values)
                if (!ReferenceEquals(pair.Value, Nothing))
                    yield return pair;
    }

    private object? Find(string name)
    {
        for (var frame = this; frame is not null; frame = frame._parent)
            if (frame._values.TryGetValue(name, out var value))
                return value;
        return Nothing;
    }
}
