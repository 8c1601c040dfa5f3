namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>A piece of the response.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="Length">Characters.</param>
internal readonly record struct TextSpan(int Start, int Length);
