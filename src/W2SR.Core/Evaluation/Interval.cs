using System.Globalization;

namespace W2SR.Core.Evaluation;

/// <summary>A range that covers the true value with a stated probability.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record Interval(double Low, double High)
{
    /// <summary>True when a value lies inside, ends included.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>"0.62 to 0.71".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Low:0.00##} to {High:0.00##}");
}
