namespace W2SR.Core.Experiments.Results;

/// <summary>Where one training's curve lies.</summary>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Model">The model that it made.</param>
/// <param name="Kind">What kind of training.</param>
/// <param name="Metrics">One JSON line for each step (<see cref="Training.TrainingStep"/>), relative to the run folder; null where nothing was trained.</param>
/// <param name="Findings">What the training came to, in plain words.</param>
public sealed record TrainingRow(ulong Seed, string Model, StageKind Kind, string? Metrics, IReadOnlyList<string> Findings);
