using W2SR.Core.Problems;

namespace W2SR.Core.Traces;

/// <summary>One trace that is wanted.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="SampleIndex">Which of its samples, from 0.</param>
public readonly record struct SampleRequest(Problem Problem, int SampleIndex);
