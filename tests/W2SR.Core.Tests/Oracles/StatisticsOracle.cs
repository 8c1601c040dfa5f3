using System.Text.Json;
using W2SR.Core.Evaluation;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Numbers of scipy, statsmodels and exact enumeration, and how ours are held against them: 1e-12 for sums and fractions, 1e-9 relative for what rests on quantiles, 1e-6 for the noncentral t.</summary>
internal static class StatisticsOracle
{
    public const double Sums = 1e-12, Quantiles = 1e-9, Noncentral = 1e-6;

    public static IEnumerable<JsonElement> Cases(JsonDocument json, string name = "cases")
    {
        var cases = json.RootElement.GetProperty(name).EnumerateArray().ToArray();
        Assert.NotEmpty(cases);
        return cases;
    }

    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    public static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number ? (int)v.GetDouble() : throw new InvalidDataException())];

    /// <summary>Relative above 1, absolute below; null in the file is undefined here: null, NaN or infinite.</summary>
    public static void Same(JsonElement expected, double? actual, double tolerance, string what)
    {
        if (expected.ValueKind == JsonValueKind.Null)
        {
            Assert.True(actual is null || !double.IsFinite(actual.Value), $"{what}: undefined was expected, got {actual}");
            return;
        }
        var value = expected.GetDouble();
        var difference = Math.Abs(actual!.Value - value);
        Assert.True(difference <= tolerance * Math.Max(1, Math.Abs(value)), $"{what}: expected {value:R}, got {actual:R}");
    }

    /// <summary>Relative at any size: tails too.</summary>
    public static void SameRelative(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(actual - expected) <= tolerance * Math.Abs(expected) + 1e-300, $"{what}: expected {expected:R}, got {actual:R}");

    public static void Same(JsonElement expected, Interval? actual, double tolerance, string what)
    {
        if (expected.ValueKind == JsonValueKind.Null || expected[0].ValueKind == JsonValueKind.Null)
        {
            Assert.True(actual is null, $"{what}: undefined was expected, got {actual}");
            return;
        }
        Assert.True(actual is not null, $"{what}: undefined, expected {expected}");
        Same(expected[0], actual.Low, tolerance, what + " low");
        Same(expected[1], actual.High, tolerance, what + " high");
    }

    /// <summary>A number, or a list of one.</summary>
    public static double[] Candidates(JsonElement value) => value.ValueKind == JsonValueKind.Array ? Numbers(value) : [value.GetDouble()];
}
