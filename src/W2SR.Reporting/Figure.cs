namespace W2SR.Reporting;

/// <summary>A figure or table of a report. Its data are the numbers it shows, unrounded, and go into CSV and JSON files beside the report.</summary>
/// <param name="Id">File name and anchor: lower-case letters, digits and hyphens.</param>
/// <param name="Title">Heading.</param>
/// <param name="Caption">What is shown, what the bars around a point are, and which figure of the paper it answers to.</param>
/// <param name="Data">The numbers.</param>
/// <param name="Svg">The drawing in the colours of the page's theme (CSS variables); null for a table alone.</param>
public sealed record Figure(string Id, string Title, string Caption, DataTable Data, string? Svg = null);
