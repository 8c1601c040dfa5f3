using System.Globalization;
using System.Xml.Linq;
using W2SR.Reporting.Charts;

namespace W2SR.Core.Tests.Reporting;

/// <summary>The layout of the bars, read from the drawing's own numbers.</summary>
public sealed class BarChartTests
{
    private sealed record Box(string Text, double Left, double Top, double Right, double Bottom)
    {
        public bool Overlaps(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Draw_SeveralGroups_WritesNoTextOverAnother(bool hasLegend)
    {
        for (var percent = 3; percent <= 100; percent++) AssertNoTextOverAnother(percent / 100.0, hasLegend);
    }

    private static void AssertNoTextOverAnother(double highest, bool hasLegend)
    {
        ChartBar[] bars = [.. new[] { 0.3, 0.5, 1, 0.97 }.Select((share, i) => new ChartBar(hasLegend ? "" : $"bar {i}", 0.966 * share * highest, 0.9 * share * highest, share * highest, ThemeColor.Series1 + i))];
        (string, IReadOnlyList<ChartBar>)[] groups = [("teacher to student", bars), ("another teacher to student", bars)];
        IReadOnlyList<(string, ThemeColor)>? legend = hasLegend ? [("one", ThemeColor.Series1), ("two", ThemeColor.Series2)] : null;
        var texts = Texts(BarChart.Draw("four-bars", "Bars", "accuracy", groups, new Dictionary<int, (string, double)> { [0] = ("RL", 0.8 * highest) }, legend));
        Assert.Contains(texts, t => t.Text == "another teacher to student");
        for (var i = 0; i < texts.Count; i++)
            for (var j = 0; j < i; j++) Assert.False(texts[i].Overlaps(texts[j]), $"bars up to {highest}: {texts[i]} lies over {texts[j]}");
        Assert.All(texts, t => Assert.True(t.Top >= 0 && t.Bottom <= 320, t.ToString()));
    }

    /// <summary>The boxes of the texts of a size of 12: what is written into the plot. Letters are taken 6.5 wide, 10 above and 3 below the line.</summary>
    private static List<Box> Texts(string svg) => [.. XDocument.Parse(svg).Descendants().Where(e => e.Name.LocalName == "text" && (string?)e.Attribute("font-size") == "12" && e.Value.Length > 0).Select(text =>
    {
        var move = ((string?)text.Attribute("transform"))!.Split('(')[1].TrimEnd(')').Split(' ', ',').Select(p => double.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        double Of(string name) => double.Parse((string)text.Attribute(name)!, CultureInfo.InvariantCulture);
        double width = 6.5 * text.Value.Length, x = move[0] + Of("x"), line = move[1] + Of("y");
        var left = (string?)text.Attribute("text-anchor") switch { "start" => x, "middle" => x - width / 2, _ => x - width };
        return new Box(text.Value, left, line - 10, left + width, line + 3);
    })];
}
