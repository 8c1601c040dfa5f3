using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace W2SR.Core.Generation;

/// <summary>Loops over a row of numbers, eight at a time. Every result depends on the row alone, not on its place in memory.</summary>
internal static class SpanMath
{
    /// <summary>x becomes exp((x - highest) / temperature).</summary>
    public static void ExpOfDifference(Span<double> values, double highest, double temperature)
    {
        var vectors = MemoryMarshal.Cast<double, Vector512<double>>(values);
        Vector512<double> top = Vector512.Create(highest), divisor = Vector512.Create(temperature);
        for (var i = 0; i < vectors.Length; i++) vectors[i] = Vector512.Exp((vectors[i] - top) / divisor);
        var done = vectors.Length * Vector512<double>.Count;
        if (done == values.Length) return;
        // The rest goes through the same code, so that a number's result does not depend on where it stands.
        Span<double> rest = stackalloc double[Vector512<double>.Count];
        rest.Clear();
        values[done..].CopyTo(rest);
        Vector512.Exp((Vector512.Create<double>(rest) - top) / divisor).CopyTo(rest);
        rest[..(values.Length - done)].CopyTo(values[done..]);
    }

    /// <summary>The largest number; NaN when there is one among them, minus infinity for none.</summary>
    public static double Max(ReadOnlySpan<double> values)
    {
        var vectors = MemoryMarshal.Cast<double, Vector512<double>>(values);
        var best = Vector512.Create(double.NegativeInfinity);
        foreach (var vector in vectors) best = Vector512.Max(best, vector); // NaN wins
        var result = double.NegativeInfinity;
        for (var i = 0; i < Vector512<double>.Count; i++) result = Math.Max(result, best[i]);
        foreach (var value in values[(vectors.Length * Vector512<double>.Count)..]) result = Math.Max(result, value);
        return result;
    }

    /// <summary>The sum, by eight partial sums.</summary>
    public static double Sum(ReadOnlySpan<double> values)
    {
        var vectors = MemoryMarshal.Cast<double, Vector512<double>>(values);
        var sums = Vector512<double>.Zero;
        foreach (var vector in vectors) sums += vector;
        var result = Vector512.Sum(sums);
        foreach (var value in values[(vectors.Length * Vector512<double>.Count)..]) result += value;
        return result;
    }
}
