using System.Globalization;
using W2SR.Core.Common.Display;

namespace W2SR.Core.Evaluation;

/// <summary>A comparison in a notebook: one sentence and what stands behind it.</summary>
internal sealed class PairedDifferenceDisplay : IDisplay<PairedDifference>
{
    public static string Html(PairedDifference value)
    {
        var warnings = value.Warnings.Count == 0 ? "" : $"<ul>{string.Concat(value.Warnings.Select(w => $"<li>{HtmlText.Escape(w)}</li>"))}</ul>";
        return $"<div>{HtmlText.Escape(Sentence(value))}{warnings}</div>";
    }

    public static string Text(PairedDifference value) => string.Join('\n', value.Warnings.Prepend(Sentence(value)));

    private static string Sentence(PairedDifference difference)
    {
        var names = difference.Left.Length == 0 ? "" : $"{difference.Left} less {difference.Right}: ";
        var adjusted = difference.AdjustedPValue is { } p ? string.Create(CultureInfo.InvariantCulture, $", {p:G2} after Holm's correction") : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{names}{100 * difference.Point:+0.0;-0.0;0.0} points (95% {100 * difference.Interval.Low:F1} to {100 * difference.Interval.High:F1}), p = {difference.PValue:G2}{adjusted}, {difference.Problems} problems");
    }
}
