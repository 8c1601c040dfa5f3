namespace W2SR.Reporting.Traces;

/// <summary>One problem with what the models wrote.</summary>
/// <param name="Id">The problem.</param>
/// <param name="Question">Its text; null where it was not kept.</param>
/// <param name="Gold">Its reference answer; null where it was not kept.</param>
/// <param name="Responses">For each model its samples; empty where it was not asked.</param>
public sealed record BrowsedProblem(string Id, string? Question, string? Gold, IReadOnlyList<IReadOnlyList<BrowsedResponse>> Responses);
