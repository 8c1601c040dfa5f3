namespace W2SR.Core.Experiments.Results;

/// <summary>RGR of one arm: base is its student before training, ceiling the same student after reinforcement learning.</summary>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Variant">The arm.</param>
/// <param name="Point">The value, or null.</param>
/// <param name="Low">Lower end of its 95% paired bootstrap interval, or null.</param>
/// <param name="High">Upper end, or null.</param>
/// <param name="UndefinedBecause">Why there is no value; null when there is one.</param>
public sealed record RgrRow(ulong Seed, string Variant, double? Point, double? Low, double? High, string? UndefinedBecause);
