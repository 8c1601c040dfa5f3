namespace W2SR.Core.Evaluation;

/// <summary>The share of RL's gain that was recovered without RL.</summary>
/// <param name="Point">The value, or null when it is undefined.</param>
/// <param name="Interval">95% paired bootstrap interval, or null when it is undefined.</param>
/// <param name="UndefinedBecause">Why it is undefined; null when it is defined.</param>
public sealed record Rgr(double? Point, Interval? Interval, string? UndefinedBecause);
