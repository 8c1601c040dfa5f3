using ScottPlot;

namespace W2SR.Reporting.Charts;

/// <summary>A point with its interval up and a name beside it.</summary>
internal sealed record ChartPoint(string? Label, double X, double Y, double? Low, double? High, ThemeColor Color, bool IsHollow = false);

/// <summary>Shares as points over a share, or over a quantity on a logarithmic axis.</summary>
internal static class PointChart
{
    private const int Width = 680, Height = 360;

    /// <param name="id">Unique in the page.</param>
    /// <param name="description">For screen readers.</param>
    /// <param name="across">Label of the axis across.</param>
    /// <param name="up">Label of the axis up.</param>
    /// <param name="points">The points.</param>
    /// <param name="isLogarithmic">The axis across is a quantity above 0; otherwise a share.</param>
    /// <param name="levels">Lines across with a name, such as the student before training.</param>
    /// <param name="legend">What the colours mean; empty for none.</param>
    /// <param name="hasDiagonal">Draws where both shares are equal.</param>
    public static string Draw(
        string id, string description, string across, string up, IReadOnlyList<ChartPoint> points, bool isLogarithmic, IReadOnlyList<(string Name, double Value)> levels,
        IReadOnlyList<(string Name, ThemeColor Color)> legend, bool hasDiagonal = false)
    {
        var canvas = new Canvas();
        double Place(ChartPoint p) => isLogarithmic ? Math.Log10(p.X) : p.X;
        var end = Ticks.ShareCeiling(points.Max(p => Math.Max(p.High ?? p.Y, hasDiagonal ? p.X : 0)) is var top && levels.Count > 0 ? Math.Max(top, levels.Max(l => l.Value)) : top);
        double left = isLogarithmic ? points.Min(Place) : 0, right = isLogarithmic ? points.Max(Place) : end;
        if (isLogarithmic)
        {
            var margin = Math.Max(0.15, 0.12 * (right - left));
            (left, right) = (left - margin, right + 2 * margin); // room for the names at the right
        }
        if (hasDiagonal) canvas.Line(0, 0, Math.Min(end, 1), Math.Min(end, 1), ThemeColor.Muted, 1, isDashed: true);
        foreach (var (name, value) in levels)
        {
            canvas.Line(left, value, right, value, ThemeColor.Muted, 1, isDashed: true);
            canvas.Words(name, left, value, Alignment.LowerLeft, ThemeColor.Muted, right: 4, down: -2);
        }
        var names = new LabelPlacement();
        foreach (var p in points)
        {
            if (p is { Low: { } low, High: { } high }) canvas.Line(Place(p), low, Place(p), high, p.Color, 1);
            canvas.Dot(Place(p), p.Y, p.Color, p.IsHollow);
            if (p.Label is { } label) canvas.Words(label, Place(p), p.Y, Alignment.MiddleLeft, right: 8,
                down: names.Place(label, (Place(p) - left) / (right - left) * Width * 0.82, -p.Y / end * Height * 0.75));
        }
        if (legend.Count > 0) canvas.Legend(legend);
        if (isLogarithmic) canvas.Across(across, left, right, Ticks.Logarithmic(left, right), x => Cell.Prefixed(Math.Round(Math.Pow(10, x), 6)));
        else canvas.Across(across, 0, end, Ticks.Between(0, Math.Min(end, 1)), Ticks.Percent);
        canvas.Up(up, 0, end, Ticks.Between(0, Math.Min(end, 1)), Ticks.Percent);
        return ThemedSvg.Render(canvas.Plot, id, description, Width, Height);
    }
}
