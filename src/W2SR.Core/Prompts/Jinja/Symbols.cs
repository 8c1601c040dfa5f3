namespace W2SR.Core.Prompts.Jinja;

/// <summary>How a name of a frame gets its first value when the frame is entered.</summary>
internal enum NameLoad
{
    /// <summary>Set by whoever enters the frame.</summary>
    Parameter,

    /// <summary>From the template's variables.</summary>
    Resolve,

    /// <summary>From the frame around it.</summary>
    Alias,

    /// <summary>Nothing yet.</summary>
    Missing,
}

/// <summary>
/// The names of one frame. Jinja decides before it runs anything which frame each name belongs to; templates can tell (a name set later in
/// its frame hides the template's variable of the same name from the start), so the same is done here.
/// </summary>
internal sealed class Symbols(Symbols? parent)
{
    private readonly Symbols? _parent = parent;
    private readonly HashSet<string> _stores = [];
    private readonly Dictionary<string, NameLoad> _loads = [];

    private Symbols(Symbols original, bool _) : this(original._parent)
    {
        _stores = [.. original._stores];
        _loads = new(original._loads);
    }

    /// <summary>Every name of the frame and how it starts.</summary>
    public IReadOnlyDictionary<string, NameLoad> Loads => _loads;

    public Symbols Branch() => new(this, true);

    public void Load(string name)
    {
        if (!IsKnown(name))
            _loads[name] = NameLoad.Resolve;
    }

    public void Store(string name)
    {
        _stores.Add(name);
        if (!_loads.ContainsKey(name))
            _loads[name] = _parent?.IsKnown(name) == true ? NameLoad.Alias : NameLoad.Missing;
    }

    public void Declare(string name)
    {
        _stores.Add(name);
        _loads[name] = NameLoad.Parameter;
    }

    /// <summary>Takes over what the branches of an <c>if</c> found out.</summary>
    public void Merge(params IReadOnlyList<Symbols> branches)
    {
        var stored = branches.SelectMany(b => b._stores).Except(_stores).ToHashSet();
        foreach (var branch in branches)
        {
            foreach (var (name, load) in branch._loads)
                _loads[name] = load;
            _stores.UnionWith(branch._stores);
        }
        foreach (var name in stored)
            _loads[name] = _parent?.IsKnown(name) == true ? NameLoad.Alias : NameLoad.Resolve;
    }

    private bool IsKnown(string name)
    {
        for (var frame = this; frame is not null; frame = frame._parent)
            if (frame._loads.ContainsKey(name))
                return true;
        return false;
    }
}
