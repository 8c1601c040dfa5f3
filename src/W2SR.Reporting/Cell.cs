using System.Globalization;

namespace W2SR.Reporting;

/// <summary>One cell of a table: a text, or a number with the way it is written. A number that is not there is a text that says why.</summary>
public sealed record Cell
{
    private Cell(string text, double? value)
    {
        Text = text;
        Value = value;
    }

    /// <summary>What a reader sees.</summary>
    public string Text { get; }

    /// <summary>The number behind it, unrounded; null for a text.</summary>
    public double? Value { get; }

    /// <summary>A text.</summary>
    public static Cell Of(string? text) => new(text ?? "", null);

    /// <summary>A number with so many places.</summary>
    /// <param name="value">Null or not finite: shown as <paramref name="otherwise"/>.</param>
    /// <param name="places">Places after the point.</param>
    /// <param name="otherwise">What stands there without a number.</param>
    public static Cell Number(double? value, int places = 1, string otherwise = "not known") =>
        value is { } v && double.IsFinite(v) ? new(v.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), v) : Of(otherwise);

    /// <summary>The p value of a test; a very small one is written as a bound, not as 0.</summary>
    public static Cell Probability(double? value) => value is { } p and >= 0 and < 0.0001 ? new("< 0.0001", p) : Number(value, 4);

    /// <summary>A whole number.</summary>
    public static Cell Count(long value) => new(value.ToString(CultureInfo.InvariantCulture), value);

    /// <summary>A share from 0 to 1, shown in percent.</summary>
    public static Cell Percent(double? share, string otherwise = "not known") =>
        share is { } s && double.IsFinite(s) ? new((100 * s).ToString("F1", CultureInfo.InvariantCulture) + " %", s) : Of(otherwise);

    /// <summary>A large number with a decimal prefix, such as 1.2 M.</summary>
    public static Cell Scaled(double? value, string otherwise = "not known") => value is { } v && double.IsFinite(v) ? new(Prefixed(v), v) : Of(otherwise);

    /// <summary>1234567 as "1.2 M".</summary>
    internal static string Prefixed(double value)
    {
        var (divisor, prefix) = Math.Abs(value) switch
        {
            >= 1e18 => (1e18, " E"),
            >= 1e15 => (1e15, " P"),
            >= 1e12 => (1e12, " T"),
            >= 1e9 => (1e9, " G"),
            >= 1e6 => (1e6, " M"),
            >= 1e3 => (1e3, " k"),
            _ => (1, ""),
        };
        return (value / divisor).ToString("0.##", CultureInfo.InvariantCulture) + prefix;
    }
}
