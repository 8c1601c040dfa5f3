using System.Globalization;
using W2SR.Core.Common.Display;

namespace W2SR.Core.Evaluation;

/// <summary>RGR in a notebook: the point on a bar with its interval, or in words why there is none.</summary>
internal sealed class RgrDisplay : IDisplay<Rgr>
{
    private const double Width = 320, Low = -0.5, High = 1.5;

    public static string Html(Rgr value)
    {
        var warnings = value.Warnings.Count == 0 ? "" : $"<ul>{string.Concat(value.Warnings.Select(w => $"<li>{HtmlText.Escape(w)}</li>"))}</ul>";
        return $"<div><div>{HtmlText.Escape(Sentence(value))}</div>{(value.Point is { } point ? Bar(point, value.Interval) : "")}{warnings}</div>";
    }

    public static string Text(Rgr value) => string.Join('\n', value.Warnings.Prepend(Sentence(value)));

    private static string Sentence(Rgr rgr) => rgr.Point is { } point
        ? string.Create(CultureInfo.InvariantCulture, $"RGR {point:F2}") +
          (rgr.Interval is { } i ? string.Create(CultureInfo.InvariantCulture, $" (95% {i.Low:F2} to {i.High:F2}, {rgr.Problems} problems)") : "")
        : $"RGR is undefined. {rgr.UndefinedBecause}";

    /// <summary>From -0.5 to 1.5, with lines where nothing and where all of RL's gain is recovered.</summary>
    private static string Bar(double point, Interval? interval)
    {
        static string X(double value) => (Width * (Math.Clamp(value, Low, High) - Low) / (High - Low)).ToString("0.#", CultureInfo.InvariantCulture);
        var whisker = interval is null ? "" : $"<line x1=\"{X(interval.Low)}\" x2=\"{X(interval.High)}\" y1=\"14\" y2=\"14\" stroke=\"#3b82c4\" stroke-width=\"3\"/>";
        static string Mark(int at) =>
            $"<line x1=\"{X(at)}\" x2=\"{X(at)}\" y1=\"4\" y2=\"24\" stroke=\"currentColor\" stroke-opacity=\"0.5\"/><text x=\"{X(at)}\" y=\"36\" text-anchor=\"middle\">{at}</text>";
        return $"<svg viewBox=\"0 0 {Width} 40\" width=\"{Width}\" height=\"40\" role=\"img\" aria-label=\"RGR\" font-size=\"11\" font-family=\"sans-serif\" fill=\"currentColor\">{Mark(0)}{Mark(1)}{whisker}<circle cx=\"{X(point)}\" cy=\"14\" r=\"5\" fill=\"#3b82c4\"/></svg>";
    }
}
