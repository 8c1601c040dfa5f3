namespace W2SR.Core.Prompts.Jinja;

/// <summary>The evaluated arguments of a call.</summary>
internal sealed record Arguments(IReadOnlyList<object?> Positional, IReadOnlyList<KeyValuePair<string, object?>> Named)
{
    public static Arguments Of(params object?[] positional) => new(positional, []);

    public Arguments WithFirst(object? first) => new([first, .. Positional], Named);

    public Arguments WithoutFirst(int count) => new([.. Positional.Skip(count)], Named);
}

/// <summary>The parameters of a built-in function: names in order, with defaults for the last of them.</summary>
internal sealed class Signature
{
    private readonly string _name;
    private readonly string[] _parameters;
    private readonly object?[] _defaults;
    private readonly int _positionalOnly;

    /// <param name="name">The function, for messages.</param>
    /// <param name="parameters">Names with blanks between; those before a <c>/</c> cannot be given by name.</param>
    /// <param name="defaults">The defaults of the last parameters.</param>
    public Signature(string name, string parameters, params object?[] defaults)
    {
        _name = name;
        var words = parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        _positionalOnly = Math.Max(0, Array.IndexOf(words, "/"));
        _parameters = [.. words.Where(w => w != "/")];
        _defaults = defaults;
    }

    /// <summary>One value per parameter.</summary>
    /// <exception cref="JinjaError">Too many arguments, one that is missing, unknown or given twice.</exception>
    public object?[] Bind(Arguments arguments)
    {
        if (arguments.Positional.Count > _parameters.Length)
            throw new JinjaError($"{_name}() takes at most {_parameters.Length} arguments ({arguments.Positional.Count} given)");
        var values = new object?[_parameters.Length];
        var isSet = new bool[_parameters.Length];
        for (var i = 0; i < arguments.Positional.Count; i++)
            (values[i], isSet[i]) = (arguments.Positional[i], true);
        foreach (var (key, value) in arguments.Named)
        {
            var i = Array.IndexOf(_parameters, key);
            if (i < _positionalOnly)
                throw new JinjaError($"{_name}() got an unexpected keyword argument '{key}'");
            if (isSet[i])
                throw new JinjaError($"{_name}() got multiple values for argument '{key}'");
            (values[i], isSet[i]) = (value, true);
        }
        for (var i = 0; i < values.Length; i++)
        {
            if (isSet[i])
                continue;
            var d = i - (values.Length - _defaults.Length);
            values[i] = d >= 0 ? _defaults[d] : throw new JinjaError($"{_name}() missing required argument: '{_parameters[i]}'");
        }
        return values;
    }
}
