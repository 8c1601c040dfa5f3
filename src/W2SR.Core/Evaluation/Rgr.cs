using W2SR.Core.Common.Display;
using W2SR.Core.Evaluation.Statistics;

namespace W2SR.Core.Evaluation;

/// <summary>The share of RL's gain that was recovered without RL.</summary>
/// <param name="Point">The value, or null when it is undefined.</param>
/// <param name="Interval">95% paired bootstrap interval (percentile), or null when it is undefined.</param>
/// <param name="UndefinedBecause">Why it is undefined; null when it is defined.</param>
[TypeFormatterSource(typeof(DisplaySource<Rgr, RgrDisplay>))]
public sealed record Rgr(double? Point, Interval? Interval, string? UndefinedBecause)
{
    /// <summary>95% bootstrap interval, bias-corrected and accelerated; null when RGR, or this interval, is undefined.</summary>
    public Interval? Bca { get; init; }

    /// <summary>95% Fieller set; also where RGR is undefined, to show what the data leave open. Null for fewer than two problems.</summary>
    public FiellerSet? Fieller { get; init; }

    /// <summary>Share of resamples in which the ceiling did not exceed the base; they are left out of the bootstrap intervals.</summary>
    public double UndefinedShare { get; init; }

    /// <summary>Problems that it rests on.</summary>
    public int Problems { get; init; }

    /// <summary>What was not alike in a computation that was forced; belongs in the report.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
