namespace W2SR.Reporting.Traces;

/// <summary>The responses that a report shows one by one.</summary>
/// <param name="Models">The models, in the order of each problem's responses.</param>
/// <param name="Problems">The problems, the telling ones first.</param>
/// <param name="Omitted">Problems that were measured and are not shown, so that the page stays small.</param>
public sealed record TraceBrowser(IReadOnlyList<BrowsedModel> Models, IReadOnlyList<BrowsedProblem> Problems, int Omitted);
