using System.Text.Json;
using System.Text.Json.Nodes;

namespace W2SR.Core.Handover.Settings;

/// <summary>
/// The configuration of one run of an engine, key by key in order. Immutable; every value is checked as it is set, because the engines take
/// many wrong ones in silence (verl trains with <c>adv_estimator=grp</c>, LLaMA-Factory with a template of another family).
/// </summary>
public sealed class EngineSettings
{
    private readonly IReadOnlyDictionary<string, SettingRule> rules;
    private readonly KeyValuePair<string, JsonNode?>[] entries;

    private EngineSettings(string engine, IReadOnlyDictionary<string, SettingRule> rules, KeyValuePair<string, JsonNode?>[] entries)
    {
        Engine = engine;
        this.rules = rules;
        this.entries = entries;
    }

    /// <summary>What they configure, for messages, such as "verl sft".</summary>
    public string Engine { get; }

    /// <summary>The keys in order.</summary>
    public IReadOnlyList<string> Keys => [.. entries.Select(e => e.Key)];

    /// <summary>The value of a key; null when it is absent or null.</summary>
    public JsonNode? Find(string key) => entries.FirstOrDefault(e => e.Key == key).Value?.DeepClone();

    /// <summary>True when the key is set, to null or anything else.</summary>
    public bool Has(string key) => Array.Exists(entries, e => e.Key == key);

    /// <summary>The settings with a value set.</summary>
    /// <param name="key">One that the library knows; <see cref="SetUnchecked"/> takes others.</param>
    /// <param name="value">A text, number, flag, list of these, or null.</param>
    /// <exception cref="ArgumentException">The key is unknown, or the value makes no sense for it.</exception>
    public EngineSettings Set(string key, JsonNode? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (!rules.TryGetValue(key, out var rule))
            throw new ArgumentException($"{Engine} has no setting '{key}' that this library knows{Suggestion(key)}. {nameof(SetUnchecked)} hands it to the engine as it is.", nameof(key));
        if (rule.Fault(value) is { } fault) throw new ArgumentException($"{Engine}: {key} {fault}", nameof(value));
        return SetUnchecked(key, value);
    }

    /// <summary>The settings with several values set, in order.</summary>
    /// <inheritdoc cref="Set(string, JsonNode?)"/>
    public EngineSettings Set(IEnumerable<KeyValuePair<string, JsonNode?>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Aggregate(this, (settings, v) => settings.Set(v.Key, v.Value));
    }

    /// <summary>The settings with a value that nobody checked; an engine that does not know the key refuses it when it starts.</summary>
    public EngineSettings SetUnchecked(string key, JsonNode? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var entry = KeyValuePair.Create(key, value?.DeepClone());
        return new EngineSettings(Engine, rules, Has(key) ? [.. entries.Select(e => e.Key == key ? entry : e)] : [.. entries, entry]);
    }

    /// <summary>The settings without a key: the engine's own default holds.</summary>
    public EngineSettings Without(string key) => new(Engine, rules, [.. entries.Where(e => e.Key != key)]);

    /// <summary>Reads a value from a command line: JSON where it is JSON (numbers, true, null, lists), else a text.</summary>
    public static JsonNode? ParseValue(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    /// <summary>YAML, with floats that stay floats and texts such as "no" in quotes.</summary>
    public string ToYaml(string comment = "") => SettingText.Yaml(entries, comment);

    /// <summary>Hydra overrides, one a line.</summary>
    /// <exception cref="ArgumentException">A value cannot pass through the shell.</exception>
    public string ToOverrides(string comment = "") => SettingText.Overrides(entries, comment);

    internal static EngineSettings Create(string engine, IReadOnlyDictionary<string, SettingRule> rules, params IEnumerable<(string Key, JsonNode? Value)> values) =>
        values.Aggregate(new EngineSettings(engine, rules, []), (settings, v) => settings.Set(v.Key, v.Value));

    internal long? Whole(string key) => Find(key) is { } value ? SettingText.Whole(value) : null;

    internal double? Number(string key) => Find(key) is { } value ? SettingText.Number(value) : null;

    internal string? Text(string key) => Find(key) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    internal bool IsTrue(string key) => Find(key)?.GetValueKind() == JsonValueKind.True;

    private string Suggestion(string key)
    {
        var last = key[(key.LastIndexOf('.') + 1)..];
        var near = rules.Keys.Where(k => Distance(k, key) <= 2 || (last.Length > 3 && k.Contains(last, StringComparison.Ordinal))).OrderBy(k => Distance(k, key)).Take(3).ToArray();
        return near.Length == 0 ? "" : $"; did you mean {string.Join(" or ", near)}?";
    }

    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2) return int.MaxValue;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (corner, _) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
                (corner, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
