using System.Globalization;

namespace W2SR.Reporting.Charts;

/// <summary>Round numbers along an axis.</summary>
internal static class Ticks
{
    /// <summary>About <paramref name="count"/> round numbers that lie between two values, ends included.</summary>
    public static double[] Between(double low, double high, int count = 5)
    {
        var rough = (high - low) / count;
        if (!(rough > 0)) return [low];
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        var first = Math.Ceiling(low / step - 1e-9);
        return [.. Enumerable.Range(0, (int)Math.Floor(high / step + 1e-9) - (int)first + 1).Select(i => Math.Clamp((first + i) * step, low, high))]; // a rounding beyond the end would hide the last one
    }

    /// <summary>Powers of ten (and where there are few of them, 2 and 5 times these) between two logarithms.</summary>
    public static double[] Logarithmic(double low, double high)
    {
        double[] within(double[] factors) => [.. from p in Enumerable.Range((int)Math.Floor(low), (int)Math.Ceiling(high) - (int)Math.Floor(low) + 1)
                                                 from f in factors
                                                 let at = p + Math.Log10(f)
                                                 where at >= low - 1e-9 && at <= high + 1e-9
                                                 select at];
        var tens = within([1]);
        if (tens.Length > 8) return [.. tens.Where((_, i) => i % 3 == 0)];
        return tens.Length >= 3 ? tens : within([1, 2, 5]);
    }

    /// <summary>The end of an axis for shares: a round percentage that leaves room above the largest value.</summary>
    public static double ShareCeiling(double largest)
    {
        foreach (var end in new[] { 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0 })
            if (largest * 1.08 <= end) return end;
        return 1.08;
    }

    /// <summary>0.25 as "25 %".</summary>
    public static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    /// <summary>A plain number.</summary>
    public static string Plain(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
