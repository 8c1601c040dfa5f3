using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary>The key-value pairs at the beginning of a GGUF file.</summary>
/// <remarks>Whole numbers of every width are <see cref="long"/>, fractions <see cref="double"/>; lists are of one kind and never nested.</remarks>
public sealed class GgufMetadata
{
    private readonly IReadOnlyDictionary<string, object> values;
    private readonly string path;

    internal GgufMetadata(IReadOnlyDictionary<string, object> values, string path) => (this.values, this.path) = (values, path);

    /// <summary>Every key, in ordinal order.</summary>
    public IEnumerable<string> Keys => values.Keys.Order(StringComparer.Ordinal);

    /// <summary>True when the key is there.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>A string, or null when the key is absent.</summary>
    /// <exception cref="W2srFormatException">It is of another kind.</exception>
    public string? Text(string key) => Reference<string>(key, "a string");

    /// <summary>A whole number, or null when the key is absent.</summary>
    /// <exception cref="W2srFormatException">It is of another kind.</exception>
    public long? Integer(string key) => Value<long>(key, "a whole number");

    /// <summary>A number, whole or not, or null when the key is absent.</summary>
    /// <exception cref="W2srFormatException">It is of another kind.</exception>
    public double? Number(string key) => values.GetValueOrDefault(key) is long whole ? whole : Value<double>(key, "a number");

    /// <summary>True or false, or null when the key is absent.</summary>
    /// <exception cref="W2srFormatException">It is of another kind.</exception>
    public bool? Flag(string key) => Value<bool>(key, "true or false");

    /// <summary>A list of strings, or null when the key is absent.</summary>
    /// <exception cref="W2srFormatException">It is of another kind.</exception>
    public IReadOnlyList<string>? Texts(string key) => Reference<string[]>(key, "a list of strings");

    /// <summary>A list of whole numbers, or null when the key is absent.</summary>
    /// <exception cref="W2srFormatException">It is of another kind.</exception>
    public IReadOnlyList<long>? Integers(string key) => Reference<long[]>(key, "a list of whole numbers");

    /// <summary>A list of fractions, or null when the key is absent.</summary>
    /// <exception cref="W2srFormatException">It is of another kind.</exception>
    public IReadOnlyList<double>? Numbers(string key) => Reference<double[]>(key, "a list of numbers");

    internal W2srFormatException Wrong(string key, string problem) => new(path, key, problem);

    internal object? Raw(string key) => values.GetValueOrDefault(key);

    private T? Reference<T>(string key, string kind)
        where T : class => values.GetValueOrDefault(key) switch { null => null, T value => value, var other => throw WrongKind(key, kind, other) };

    private T? Value<T>(string key, string kind)
        where T : struct => values.GetValueOrDefault(key) switch { null => null, T value => value, var other => throw WrongKind(key, kind, other) };

    private W2srFormatException WrongKind(string key, string expected, object value) =>
        Wrong(key, $"is {(value is Array list ? $"a list of {list.Length} {list.GetType().GetElementType()!.Name}" : $"{value} ({value.GetType().Name})")}, expected {expected}.");
}
