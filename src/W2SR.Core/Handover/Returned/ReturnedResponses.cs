using W2SR.Core.Traces;

namespace W2SR.Core.Handover.Returned;

/// <summary>Responses that an engine generated, as traces.</summary>
/// <param name="Traces">One a response, led back to its problem.</param>
/// <param name="Failures">Requests that failed, or responses that belong to no problem: which, and why.</param>
/// <param name="Findings">What a reader should know, such as finish reasons that nobody logged.</param>
public sealed record ReturnedResponses(IReadOnlyList<Trace> Traces, IReadOnlyList<string> Failures, IReadOnlyList<string> Findings);
