namespace W2SR.Core.Experiments.Results;

/// <summary>One model over all seeds, at the primary temperature.</summary>
/// <param name="Model">The model.</param>
/// <param name="Seeds">Number of seeds.</param>
/// <param name="Accuracy">Mean accuracy.</param>
/// <param name="Lowest">Lowest accuracy of a seed.</param>
/// <param name="Highest">Highest accuracy of a seed.</param>
/// <param name="Rgr">Mean RGR over the seeds where it is defined; null where it is on none, or the model is no arm.</param>
/// <param name="RgrSeeds">Seeds where RGR is defined.</param>
public sealed record SeedSummary(string Model, int Seeds, double Accuracy, double Lowest, double Highest, double? Rgr, int RgrSeeds);
