namespace W2SR.Core.Evaluation.Statistics;

/// <summary>Kendall's rank correlation.</summary>
/// <param name="TauB">With ties taken out of the denominator.</param>
/// <param name="TauC">For tables that are not square.</param>
/// <param name="P">Two-sided p: exact without ties for up to 33 pairs, otherwise approximate.</param>
/// <param name="ApproximateP">By the normal distribution, ties included.</param>
public sealed record KendallTau(double TauB, double TauC, double P, double ApproximateP);
