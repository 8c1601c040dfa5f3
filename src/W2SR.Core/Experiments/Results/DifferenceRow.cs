namespace W2SR.Core.Experiments.Results;

/// <summary>A paired difference of two students' accuracies; all of one seed are one family.</summary>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Left">The one that should be better.</param>
/// <param name="Right">The other: a control.</param>
/// <param name="Point">Left minus right.</param>
/// <param name="Low">Lower end of its 95% paired bootstrap interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="PValue">Two-sided.</param>
/// <param name="AdjustedPValue">The same after Holm's correction.</param>
public sealed record DifferenceRow(ulong Seed, string Left, string Right, double Point, double Low, double High, double PValue, double AdjustedPValue);
