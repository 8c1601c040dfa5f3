using ScottPlot;

namespace W2SR.Reporting.Charts;

/// <summary>A line: its points, and for each one an interval where it has one.</summary>
internal sealed record ChartLine(string Name, IReadOnlyList<(double X, double Y, double? Low, double? High)> Points, ThemeColor Color);

/// <summary>Lines over a linear or logarithmic axis; names stand in the legend above.</summary>
internal static class LineChart
{
    /// <param name="id">Unique in the page.</param>
    /// <param name="description">For screen readers.</param>
    /// <param name="across">Label of the axis across.</param>
    /// <param name="up">Label of the axis up.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="isShare">The values are shares: percent from 0.</param>
    /// <param name="placesAcross">Exactly these ticks (k of pass@k), spread evenly; null for a linear axis with round ticks.</param>
    public static string Draw(string id, string description, string across, string up, IReadOnlyList<ChartLine> lines, bool isShare, IReadOnlyList<double>? placesAcross = null)
    {
        var canvas = new Canvas();
        double Place(double x) => placesAcross is null ? x : placesAcross.ToList().IndexOf(x);
        var all = lines.SelectMany(l => l.Points).ToArray();
        foreach (var line in lines)
        {
            var scatter = canvas.Plot.Add.ScatterLine(line.Points.Select(p => Place(p.X)).ToArray(), line.Points.Select(p => p.Y).ToArray());
            scatter.Color = ThemedSvg.Sentinel(line.Color);
            scatter.LineWidth = 2;
            scatter.MarkerSize = 0;
            scatter.LegendText = line.Name;
            if (line.Points.Count > 40) continue;
            foreach (var p in line.Points)
            {
                canvas.Dot(Place(p.X), p.Y, line.Color, size: 6);
                if (p is { Low: { } low, High: { } high }) canvas.Line(Place(p.X), low, Place(p.X), high, line.Color, 1);
            }
        }
        if (lines.Count > 1) canvas.Legend();
        double[] Range(Func<(double X, double Y, double? Low, double? High), double> of) => [all.Min(of), all.Max(of)];
        var (left, right) = (Range(p => Place(p.X))[0], Range(p => Place(p.X))[1]);
        var pad = Math.Max(0.15, 0.03 * (right - left));
        if (placesAcross is null) canvas.Across(across, left - (right > left ? pad : 1), right + (right > left ? pad : 1), Ticks.Between(left, right, 7), Ticks.Plain, isGridded: false);
        else canvas.Across(across, left - 0.3, right + 0.3, [.. placesAcross.Select((_, i) => (double)i)], i => Ticks.Plain(placesAcross[(int)i]), isGridded: false);
        double bottom = isShare ? 0 : all.Min(p => p.Y), top = isShare ? Ticks.ShareCeiling(all.Max(p => p.High ?? p.Y)) : all.Max(p => p.Y);
        if (!isShare)
        {
            var margin = top > bottom ? 0.06 * (top - bottom) : Math.Max(1e-3, Math.Abs(top) * 0.1);
            (bottom, top) = (bottom - margin, top + margin);
        }
        canvas.Up(up, bottom, top, Ticks.Between(bottom, isShare ? Math.Min(top, 1) : top), isShare ? Ticks.Percent : Ticks.Plain);
        return ThemedSvg.Render(canvas.Plot, id, description, 640, 320);
    }
}
