namespace W2SR.Core.Prompts.Jinja;

/// <summary>The special variable <c>loop</c>. Looks one item ahead only when asked, so that a generator runs no further than in Jinja.</summary>
internal sealed class LoopContext(object? source, IEnumerable<object?> items, Func<object?, int, string>? recurse, int depth0)
{
    private readonly object? _source = source;
    private readonly Func<object?, int, string>? _recurse = recurse;
    private IEnumerator<object?> _items = items.GetEnumerator();
    private int _length = -1;
    private bool _hasNext;
    private object? _next;
    private object? _current;
    private object? _previous;
    private object?[]? _lastChanged;

    public int Index0 { get; private set; } = -1;

    public int Depth0 { get; } = depth0;

    public object? Previous => Index0 == 0 ? new Undefined("there is no previous item") : _previous;

    public object? Following => Peek() ? _next : new Undefined("there is no next item");

    public bool IsLast => !Peek();

    public int Length
    {
        get
        {
            if (_length >= 0)
                return _length;
            if (Py.TryLength(_source) is { } known)
                return _length = known;
            var rest = new List<object?>();
            while (_items.MoveNext())
                rest.Add(_items.Current);
            _items = rest.GetEnumerator();
            return _length = rest.Count + Index0 + 1 + (_hasNext ? 1 : 0);
        }
    }

    public bool MoveNext(out object? item)
    {
        if (!Peek())
        {
            item = null;
            return false;
        }
        _hasNext = false;
        Index0++;
        _previous = _current;
        item = _current = _next;
        return true;
    }

    public object? Cycle(object?[] items) => items.Length == 0 ? throw new JinjaError("no items for cycling given") : items[Index0 % items.Length];

    public bool Changed(Rendering rendering, object?[] values)
    {
        if (_lastChanged is not null && Py.AreEqual(rendering, new PyTuple(_lastChanged), new PyTuple(values)))
            return false;
        _lastChanged = values;
        return true;
    }

    public string Recurse(object? items) => _recurse is null
        ? throw new JinjaError("The loop must have the 'recursive' marker to be called recursively.")
        : _recurse(items, Depth0 + 1);

    private bool Peek()
    {
        if (_hasNext)
            return true;
        if (!_items.MoveNext())
            return false;
        _next = _items.Current;
        return _hasNext = true;
    }
}
