namespace W2SR.Core.Experiments.Results;

/// <summary>Accuracies and RGR at a temperature other than the primary one.</summary>
/// <param name="Temperature">0 is greedy.</param>
/// <param name="Models">One row a model and seed.</param>
/// <param name="Rgr">One row an arm and seed.</param>
public sealed record TemperatureRow(double Temperature, IReadOnlyList<ModelRow> Models, IReadOnlyList<RgrRow> Rgr);
