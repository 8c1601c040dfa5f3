using ScottPlot;

namespace W2SR.Reporting.Charts;

/// <summary>A row of a forest plot: a point with its interval, or words where there is none.</summary>
internal sealed record ChartRow(string Label, double? Point, double? Low, double? High, string? Words = null, ThemeColor Color = ThemeColor.Series1);

/// <summary>Points with 95% intervals in rows (a forest plot).</summary>
internal static class IntervalChart
{
    /// <param name="id">Unique in the page.</param>
    /// <param name="description">For screen readers.</param>
    /// <param name="label">Of the axis across.</param>
    /// <param name="rows">From top to bottom.</param>
    /// <param name="marks">Values with a dashed line, such as 0 and 1 of RGR.</param>
    /// <param name="isShare">Shares in percent, from 0.</param>
    public static string Draw(string id, string description, string label, IReadOnlyList<ChartRow> rows, IReadOnlyList<double> marks, bool isShare)
    {
        var canvas = new Canvas();
        var ends = rows.SelectMany(r => new[] { r.Point, r.Low, r.High }).OfType<double>().Concat(marks).DefaultIfEmpty(0).ToArray();
        double low = isShare ? 0 : ends.Min(), high = isShare ? Ticks.ShareCeiling(ends.Max()) : ends.Max();
        if (!isShare)
        {
            var margin = Math.Max(0.05, 0.06 * (high - low));
            (low, high) = (low - margin, high + margin);
        }
        foreach (var mark in marks) canvas.Line(mark, -0.6, mark, rows.Count - 0.4, ThemeColor.Muted, 1, isDashed: true);
        for (var i = 0; i < rows.Count; i++)
        {
            var (row, y) = (rows[i], rows.Count - 1 - i);
            if (row is { Low: { } from, High: { } to }) canvas.Line(from, y, to, y, row.Color, 2);
            if (row.Point is { } point) canvas.Dot(point, y, row.Color);
            else canvas.Words(row.Words ?? "undefined", low, y, Alignment.MiddleLeft, ThemeColor.Muted, right: 6);
        }
        canvas.Across(label, low, high, Ticks.Between(low, isShare ? Math.Min(high, 1) : high), isShare ? Ticks.Percent : Ticks.Plain);
        double[] places = [.. Enumerable.Range(0, rows.Count).Select(i => (double)i)];
        canvas.Up(null, -0.6, rows.Count - 0.4, places, y => rows[rows.Count - 1 - (int)y].Label, isGridded: false);
        return ThemedSvg.Render(canvas.Plot, id, description, 720, 90 + 26 * rows.Count);
    }
}
