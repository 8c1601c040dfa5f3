namespace W2SR.Core.Traces;

/// <summary>A sample that could not be made this time; a later call tries it again.</summary>
/// <param name="ProblemId">The problem.</param>
/// <param name="SampleIndex">Which of its samples.</param>
/// <param name="Reason">What happened, without secrets.</param>
public sealed record SampleFailure(string ProblemId, int SampleIndex, string Reason);
