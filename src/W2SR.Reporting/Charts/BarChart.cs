using ScottPlot;

namespace W2SR.Reporting.Charts;

/// <summary>A bar with its interval.</summary>
internal sealed record ChartBar(string Label, double Value, double Low, double High, ThemeColor Color);

/// <summary>Shares as upright bars with 95% intervals, in groups; a dashed line may mark a ceiling.</summary>
internal static class BarChart
{
    // In units of the drawing: a bar's label with its distance, a group's heading, and the part of the height that is left for bars under legend and names at least.
    private const double LabelHeight = 20, HeadingHeight = 18, PlotHeight = 215;
    private const int Height = 320;

    /// <param name="id">Unique in the page.</param>
    /// <param name="description">For screen readers.</param>
    /// <param name="label">Of the axis.</param>
    /// <param name="groups">Groups of bars with a name each.</param>
    /// <param name="ceiling">A line across a group, by its index; empty for none.</param>
    /// <param name="legend">What the colours mean where the bars' labels do not say it.</param>
    public static string Draw(string id, string description, string label, IReadOnlyList<(string Name, IReadOnlyList<ChartBar> Bars)> groups, IReadOnlyDictionary<int, (string Name, double Value)> ceiling,
        IReadOnlyList<(string Name, ThemeColor Color)>? legend = null)
    {
        var canvas = new Canvas();
        var (ticks, names) = (new List<double>(), new List<string>());
        double at = 0, top = groups.SelectMany(g => g.Bars).Max(b => b.High);
        if (ceiling.Count > 0) top = Math.Max(top, ceiling.Values.Max(c => c.Value));
        // Headings stand in a strip of their own: the highest bar's label ends below it.
        var end = Math.Max(Ticks.ShareCeiling(top), groups.Count > 1 ? top / (1 - (LabelHeight + HeadingHeight) / PlotHeight) : 0);
        for (var g = 0; g < groups.Count; g++)
        {
            var start = at;
            foreach (var bar in groups[g].Bars)
            {
                canvas.Plot.Add.Bar(new Bar { Position = at, Value = bar.Value, Size = 0.7, FillColor = ThemedSvg.Sentinel(bar.Color), LineWidth = 0, LineColor = ThemedSvg.Sentinel(bar.Color) });
                canvas.Line(at, bar.Low, at, bar.High, ThemeColor.Ink);
                canvas.Words(Ticks.Percent(Math.Round(bar.Value, 3)), at, bar.High, Alignment.LowerCenter, down: -4);
                ticks.Add(at);
                names.Add(bar.Label);
                at++;
            }
            if (ceiling.TryGetValue(g, out var line))
            {
                canvas.Line(start - 0.5, line.Value, at - 0.5, line.Value, ThemeColor.Muted, isDashed: true);
                canvas.Words(line.Name, start - 0.5, line.Value, Alignment.LowerLeft, ThemeColor.Muted, right: 2, down: -3);
            }
            if (groups.Count > 1) canvas.Words(groups[g].Name, (start + at - 1) / 2, end, Alignment.UpperCenter, ThemeColor.Muted);
            at += 0.6;
        }
        if (legend is not null) canvas.Legend(legend);
        canvas.Across(null, -0.6, at - 1, ticks, x => names[ticks.IndexOf(x)], isGridded: false);
        canvas.Up(label, 0, end, Ticks.Between(0, Math.Min(end, 1)), Ticks.Percent);
        return ThemedSvg.Render(canvas.Plot, id, description, Math.Max(520, 110 + 95 * ticks.Count), Height);
    }
}
