namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>The words that a detector fired on.</summary>
/// <param name="Behaviour">What they show.</param>
/// <param name="Start">Index of the first character in the response.</param>
/// <param name="Length">Characters.</param>
public sealed record BehaviourSpan(Behaviour Behaviour, int Start, int Length);
