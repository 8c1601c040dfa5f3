using ScottPlot;
using ScottPlot.TickGenerators;

namespace W2SR.Reporting.Charts;

/// <summary>A plot in the report's style: no box, a quiet grid, round ticks, colours of the theme.</summary>
internal sealed class Canvas
{
    private const int FontSize = 13;

    public Canvas()
    {
        Plot = new Plot();
        Plot.FigureBackground.Color = Colors.Transparent;
        Plot.DataBackground.Color = Colors.Transparent;
        Plot.Axes.Color(ThemedSvg.Sentinel(ThemeColor.Muted));
        Plot.Axes.Right.FrameLineStyle.IsVisible = false;
        Plot.Axes.Top.FrameLineStyle.IsVisible = false;
        Plot.Grid.MajorLineColor = ThemedSvg.Sentinel(ThemeColor.Grid);
        Plot.Axes.Right.MinimumSize = 28; // the last tick's name reaches beyond the plot
        Plot.HideLegend();
    }

    public Plot Plot { get; }

    /// <summary>The axis across.</summary>
    public Canvas Across(string? label, double low, double high, IReadOnlyList<double> ticks, Func<double, string> name, bool isGridded = true) =>
        Axis(Plot.Axes.Bottom, label, ticks, [.. ticks.Select(name)], () => Plot.Axes.SetLimitsX(low, high), () => Plot.Grid.XAxisStyle.IsVisible = isGridded);

    /// <summary>The axis up.</summary>
    public Canvas Up(string? label, double low, double high, IReadOnlyList<double> ticks, Func<double, string> name, bool isGridded = true) =>
        Axis(Plot.Axes.Left, label, ticks, [.. ticks.Select(name)], () => Plot.Axes.SetLimitsY(low, high), () => Plot.Grid.YAxisStyle.IsVisible = isGridded);

    public void Line(double x1, double y1, double x2, double y2, ThemeColor color, float width = 1.5f, bool isDashed = false)
    {
        var line = Plot.Add.Line(x1, y1, x2, y2);
        line.LineColor = ThemedSvg.Sentinel(color);
        line.LineWidth = width;
        line.LinePattern = isDashed ? LinePattern.Dashed : LinePattern.Solid;
        line.MarkerSize = 0;
    }

    public void Dot(double x, double y, ThemeColor color, bool isHollow = false, float size = 8)
    {
        var dot = Plot.Add.Marker(x, y, isHollow ? MarkerShape.OpenCircle : MarkerShape.FilledCircle, size, ThemedSvg.Sentinel(color));
        dot.MarkerStyle.LineWidth = isHollow ? 2 : 0;
        dot.MarkerStyle.LineColor = ThemedSvg.Sentinel(color);
    }

    public void Words(string words, double x, double y, Alignment alignment, ThemeColor color = ThemeColor.Ink, float right = 0, float down = 0)
    {
        var text = Plot.Add.Text(words, x, y);
        text.LabelFontSize = FontSize - 1;
        text.LabelFontColor = ThemedSvg.Sentinel(color);
        text.LabelAlignment = alignment;
        text.LabelBackgroundColor = Colors.Transparent;
        text.LabelBorderWidth = 0;
        text.LabelPadding = 0;
        text.OffsetX = right;
        text.OffsetY = down;
    }

    /// <summary>Names of the colours above the plot.</summary>
    /// <param name="items">Null for the names of the lines drawn.</param>
    public void Legend(IReadOnlyList<(string Name, ThemeColor Color)>? items = null)
    {
        var legend = Plot.Legend;
        if (items is not null)
            legend.ManualItems = [.. items.Select(i => new LegendItem { LabelText = i.Name, MarkerShape = MarkerShape.FilledSquare, MarkerSize = 10, MarkerColor = ThemedSvg.Sentinel(i.Color), LineWidth = 0, LineColor = ThemedSvg.Sentinel(i.Color) })];
        legend.FontColor = ThemedSvg.Sentinel(ThemeColor.Ink);
        legend.FontSize = FontSize - 1;
        legend.BackgroundColor = ThemedSvg.Sentinel(ThemeColor.Paper);
        legend.ShadowColor = Colors.Transparent;
        legend.OutlineWidth = 0;
        legend.OutlineColor = ThemedSvg.Sentinel(ThemeColor.Paper);
        legend.Orientation = Orientation.Horizontal;
        legend.Padding = new PixelPadding(2);
        Plot.ShowLegend(Edge.Top);
    }

    private Canvas Axis(IAxis axis, string? label, IReadOnlyList<double> ticks, string[] names, Action limit, Action grid)
    {
        axis.Label.Text = label ?? "";
        axis.Label.IsVisible = !string.IsNullOrEmpty(label);
        axis.Label.FontSize = FontSize;
        axis.Label.Bold = false;
        axis.Label.ForeColor = ThemedSvg.Sentinel(ThemeColor.Muted);
        axis.TickLabelStyle.FontSize = FontSize;
        axis.TickLabelStyle.ForeColor = ThemedSvg.Sentinel(ThemeColor.Ink);
        axis.TickGenerator = new NumericManual([.. ticks], names);
        limit();
        grid();
        return this;
    }
}
