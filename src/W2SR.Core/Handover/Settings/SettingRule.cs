using System.Text.Json;
using System.Text.Json.Nodes;

namespace W2SR.Core.Handover.Settings;

/// <summary>What values of one setting make sense; most engines take anything and fail late, or never.</summary>
/// <param name="Kind">The kind of value.</param>
internal sealed record SettingRule(SettingKind Kind)
{
    public double Low { get; init; } = double.NegativeInfinity;

    public double High { get; init; } = double.PositiveInfinity;

    /// <summary>True when <see cref="Low"/> itself is too low.</summary>
    public bool IsAboveLow { get; init; }

    public bool AllowsNull { get; init; }

    /// <summary>The names that are known; empty for any text.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public static SettingRule Text { get; } = new(SettingKind.Text);

    public static SettingRule Flag { get; } = new(SettingKind.Flag);

    public static SettingRule Items { get; } = new(SettingKind.Items);

    /// <summary>A step size: above 0, at most 1.</summary>
    public static SettingRule Rate { get; } = new(SettingKind.Number) { Low = 0, IsAboveLow = true, High = 1 };

    /// <summary>0 to 1.</summary>
    public static SettingRule Share { get; } = new(SettingKind.Number) { Low = 0, High = 1 };

    public static SettingRule NotNegative { get; } = new(SettingKind.Number) { Low = 0 };

    public static SettingRule Positive { get; } = new(SettingKind.Number) { Low = 0, IsAboveLow = true };

    /// <summary>A whole number from 1.</summary>
    public static SettingRule Count { get; } = new(SettingKind.Whole) { Low = 1 };

    public static SettingRule OneOf(params string[] names) => new(SettingKind.Text) { Names = names };

    public static SettingRule WholeFrom(long low) => new(SettingKind.Whole) { Low = low };

    public static SettingRule CountOr(params string[] names) => new(SettingKind.WholeOrName) { Low = -1, Names = names };

    /// <summary>Keys by their rule.</summary>
    public static Dictionary<string, SettingRule> Table(params (SettingRule Rule, string[] Keys)[] rules) => Table([], rules);

    /// <summary>The same beside those that are known already.</summary>
    public static Dictionary<string, SettingRule> Table(Dictionary<string, SettingRule> known, params (SettingRule Rule, string[] Keys)[] rules)
    {
        var table = new Dictionary<string, SettingRule>(known, StringComparer.Ordinal);
        foreach (var (rule, keys) in rules)
            foreach (var key in keys) table.Add(key, rule);
        return table;
    }

    public SettingRule OrNull() => this with { AllowsNull = true };

    /// <summary>What is wrong with a value, or null.</summary>
    public string? Fault(JsonNode? value)
    {
        if (value is null) return AllowsNull ? null : $"is null; it must be {Wanted}.";
        var kind = value.GetValueKind();
        var isRight = Kind switch
        {
            SettingKind.Text => kind == JsonValueKind.String && Knows(value.GetValue<string>()),
            SettingKind.Flag => kind is JsonValueKind.True or JsonValueKind.False,
            SettingKind.Whole => SettingText.Whole(value) is { } whole && InRange(whole),
            SettingKind.Number => SettingText.Number(value) is { } number && InRange(number),
            SettingKind.Items => value is JsonArray { Count: > 0 } list && list.All(i => i is JsonValue),
            SettingKind.WholeOrName => kind == JsonValueKind.String ? Knows(value.GetValue<string>()) : SettingText.Whole(value) is { } whole && InRange(whole),
            _ => throw new InvalidOperationException($"Unknown kind {Kind}."),
        };
        return isRight ? null : $"is {value.ToJsonString()}; it must be {Wanted}.";
    }

    private string Wanted => Kind switch
    {
        SettingKind.Text when Names.Count > 0 => "one of " + string.Join(", ", Names),
        SettingKind.Text => "a text that is not empty",
        SettingKind.Flag => "true or false",
        SettingKind.Items => "a list",
        SettingKind.WholeOrName => $"a whole number or one of {string.Join(", ", Names)}",
        _ => (Kind == SettingKind.Whole ? "a whole number" : "a number") + Range,
    };

    private string Range => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(double.IsInfinity(Low) ? "" : IsAboveLow ? $" above {Low}" : $" from {Low}")}{(double.IsInfinity(High) ? "" : $", at most {High}")}");

    private bool Knows(string name) => Names.Count == 0 ? name.Length > 0 : Names.Contains(name, StringComparer.Ordinal);

    private bool InRange(double number) => double.IsFinite(number) && (IsAboveLow ? number > Low : number >= Low) && number <= High;
}
