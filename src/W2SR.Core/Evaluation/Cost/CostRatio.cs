namespace W2SR.Core.Evaluation.Cost;

/// <summary>How many times W2SR's cost reinforcement learning costs, counted three ways; null where either side was not measured or is 0.</summary>
/// <param name="StudentTraining">Against fine-tuning the student alone: the traces are there.</param>
/// <param name="WithTraces">With the writing of the traces: the teacher is there.</param>
/// <param name="WithTeacher">With making the teacher: nothing is there but bases.</param>
public sealed record CostRatio(double? StudentTraining, double? WithTraces, double? WithTeacher);
