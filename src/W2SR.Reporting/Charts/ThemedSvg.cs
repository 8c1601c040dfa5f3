using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ScottPlot;

namespace W2SR.Reporting.Charts;

/// <summary>
/// Makes of ScottPlot's SVG one that scales, follows the page's theme and does not depend on the fonts of the machine that drew it: colours become CSS
/// variables, texts are placed by their anchor instead of letter by letter, and ids are made unique in a page of many charts.
/// </summary>
internal static partial class ThemedSvg
{
    // Okabe and Ito's colours, told apart by most eyes; what paper keeps when the page is printed or the file stands alone.
    private static readonly string[] Light = ["#1a1f26", "#5b6470", "#d9dde2", "#ffffff", "#0072b2", "#d55e00", "#009e73", "#b4588f", "#b07d00", "#2c8fc4", "#6b5fb5", "#6b7280"];

    /// <summary>The colour as ScottPlot draws it: a value that no other thing has, replaced afterwards.</summary>
    public static Color Sentinel(ThemeColor color) => Color.FromHex(Hex(color));

    /// <summary>CSS variables of the colours in light mode, for the page's style.</summary>
    public static IEnumerable<(string Name, string Light)> Variables => Enum.GetValues<ThemeColor>().Select(c => (Name(c), Light[(int)c]));

    /// <summary>The chart for a page with the theme's variables.</summary>
    /// <param name="plot">What to draw.</param>
    /// <param name="id">Unique in the page.</param>
    /// <param name="description">What a screen reader says.</param>
    /// <param name="width">Units across.</param>
    /// <param name="height">Units down.</param>
    public static string Render(Plot plot, string id, string description, int width, int height)
    {
        var drawn = XDocument.Parse(plot.GetSvgXml(width, height));
        XNamespace svg = "http://www.w3.org/2000/svg";
        var root = drawn.Root!;
        root.Attributes().Where(a => a.Name.LocalName is "width" or "height" || a.IsNamespaceDeclaration && a.Name.LocalName == "xlink").Remove();
        root.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {width} {height}"));
        root.SetAttributeValue("role", "img");
        root.SetAttributeValue("aria-label", description);
        foreach (var text in root.Descendants(svg + "text")) Anchor(text);
        // What cannot be seen has no colour of the theme.
        foreach (var element in root.Descendants())
            foreach (var paint in (string[])["fill", "stroke"])
                if ((string?)element.Attribute(paint + "-opacity") == "0") element.SetAttributeValue(paint, "none");
        // Skia counts its ids through the life of the process; these depend on the chart alone.
        var ids = root.Descendants().Attributes("id").Select((a, i) => (a.Value, New: string.Create(CultureInfo.InvariantCulture, $"{id}-{i}"))).ToDictionary(p => p.Value, p => p.New, StringComparer.Ordinal);
        foreach (var attribute in root.DescendantsAndSelf().SelectMany(e => e.Attributes()))
        {
            if (attribute.Name == "id") attribute.Value = ids[attribute.Value];
            else if (attribute.Value.StartsWith("url(#", StringComparison.Ordinal)) attribute.Value = $"url(#{ids[attribute.Value[5..^1]]})";
            else if (attribute.Name.LocalName is "fill" or "stroke" && attribute.Value != "none") attribute.Value = Themed(attribute.Value);
        }
        foreach (var text in root.DescendantNodes().OfType<XText>().Where(t => t.Parent!.Name != svg + "text").ToArray()) text.Remove();
        return root.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>The same chart as a file of its own, in the colours of paper.</summary>
    public static string Standalone(string themed)
    {
        var text = new StringBuilder(themed);
        foreach (var (name, light) in Variables) text.Replace($"var(--{name})", light);
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + text + "\n";
    }

    private static void Anchor(XElement text)
    {
        text.Value = text.Value.Trim();
        var places = Numbers().Matches((string?)text.Attribute("x") ?? "").Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture)).ToArray();
        var rows = Numbers().Matches((string?)text.Attribute("y") ?? "").Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture)).ToArray();
        if (places.Length > 0)
        {
            // ScottPlot aligns around 0: a text that begins there starts there, one that lies on both sides is centred, one left of it ends there.
            var right = places[^1] + 0.55 * (double?)text.Attribute("font-size") ?? 7;
            var (anchor, x) = places[0] > -1 ? ("start", places[0]) : right > -places[0] / 2 ? ("middle", 0) : ("end", 0);
            text.SetAttributeValue("text-anchor", anchor);
            text.SetAttributeValue("x", x.ToString("0.##", CultureInfo.InvariantCulture));
        }
        if (rows.Length > 0) text.SetAttributeValue("y", rows[0].ToString("0.##", CultureInfo.InvariantCulture));
        text.SetAttributeValue("font-family", "system-ui, sans-serif");
    }

    private static string Themed(string drawn)
    {
        foreach (var color in Enum.GetValues<ThemeColor>())
            if (string.Equals(drawn, Hex(color), StringComparison.OrdinalIgnoreCase)) return $"var(--{Name(color)})";
        throw new InvalidOperationException($"The chart draws in {drawn}, which is no colour of the theme; it would not be seen in dark mode.");
    }

    private static string Name(ThemeColor color) => color < ThemeColor.Series1 ? color.ToString().ToLowerInvariant() : string.Create(CultureInfo.InvariantCulture, $"s{color - ThemeColor.Series1 + 1}");

    private static string Hex(ThemeColor color) => string.Create(CultureInfo.InvariantCulture, $"#0A0B{0x20 + (int)color:X2}");

    [GeneratedRegex(@"-?\d+(\.\d+)?(e-?\d+)?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
