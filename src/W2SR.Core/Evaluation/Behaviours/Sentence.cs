namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>A sentence, or what stands on a line.</summary>
/// <param name="Start">Index of its first character in the response.</param>
/// <param name="Text">With its closing mark.</param>
internal readonly record struct Sentence(int Start, string Text);
