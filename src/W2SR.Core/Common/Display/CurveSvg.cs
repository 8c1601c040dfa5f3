using System.Globalization;
using System.Text;

namespace W2SR.Core.Common.Display;

/// <summary>One curve as a small picture: what a notebook shows of a training.</summary>
internal static class CurveSvg
{
    private const double Width = 420, Height = 140, Left = 56, Bottom = 22, Top = 18, Right = 10;

    /// <summary>Draws values over their steps.</summary>
    /// <param name="title">Stands above the curve.</param>
    /// <param name="points">Steps and values; values that are no number leave a gap.</param>
    /// <returns>An <c>svg</c> element, or a sentence when there is nothing to draw.</returns>
    public static string Draw(string title, IReadOnlyList<(int Step, double Value)> points)
    {
        var drawn = points.Where(p => double.IsFinite(p.Value)).ToArray();
        if (drawn.Length == 0) return $"<p>{HtmlText.Escape(title)}: no values.</p>";
        double low = drawn.Min(p => p.Value), high = drawn.Max(p => p.Value);
        int first = drawn.Min(p => p.Step), last = drawn.Max(p => p.Step);
        double X(int step) => Left + (Width - Left - Right) * (last == first ? 0.5 : (double)(step - first) / (last - first));
        double Y(double value) => Top + (Height - Top - Bottom) * (high == low ? 0.5 : (high - value) / (high - low));

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"{HtmlText.Escape(title)}\" font-size=\"11\" font-family=\"sans-serif\" fill=\"currentColor\">");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"12\">{HtmlText.Escape(title)}</text>");
        foreach (var value in high == low ? new[] { low } : [high, low])
            svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:0.#}\" text-anchor=\"end\">{value:G4}</text><line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value):0.#}\" y2=\"{Y(value):0.#}\" stroke=\"currentColor\" stroke-opacity=\"0.2\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{Height - 6}\">step {first}</text><text x=\"{Width - Right}\" y=\"{Height - 6}\" text-anchor=\"end\">{last}</text>");
        foreach (var line in Unbroken(points))
        {
            if (line.Count == 1) svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(line[0].Step):0.#}\" cy=\"{Y(line[0].Value):0.#}\" r=\"2\" fill=\"#3b82c4\"/>");
            else
                svg.Append("<polyline fill=\"none\" stroke=\"#3b82c4\" stroke-width=\"1.6\" points=\"")
                    .AppendJoin(' ', line.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.Step):0.#},{Y(p.Value):0.#}"))).Append("\"/>");
        }
        return svg.Append("</svg>").ToString();
    }

    private static List<List<(int Step, double Value)>> Unbroken(IReadOnlyList<(int Step, double Value)> points)
    {
        var lines = new List<List<(int, double)>>();
        var isOpen = false;
        foreach (var point in points)
        {
            if (!double.IsFinite(point.Value)) isOpen = false;
            else if (isOpen) lines[^1].Add(point);
            else
            {
                lines.Add([point]);
                isOpen = true;
            }
        }
        return lines;
    }
}
