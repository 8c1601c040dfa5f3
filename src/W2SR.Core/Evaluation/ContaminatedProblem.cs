namespace W2SR.Core.Evaluation;

/// <summary>A test problem whose wording was met in a training text.</summary>
/// <param name="ProblemId">The test problem.</param>
/// <param name="TrainingId">The training text with the largest overlap.</param>
/// <param name="Overlap">Share of the problem's n-grams found in that text.</param>
/// <param name="SharedNgrams">How many these are.</param>
/// <param name="TrainingTexts">Training texts that share at least one.</param>
public sealed record ContaminatedProblem(string ProblemId, string TrainingId, double Overlap, int SharedNgrams, int TrainingTexts);
