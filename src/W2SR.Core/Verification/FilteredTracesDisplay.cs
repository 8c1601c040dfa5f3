using System.Globalization;
using W2SR.Core.Common.Display;

namespace W2SR.Core.Verification;

/// <summary>A selection of traces in a notebook: what was found among all of them, and what is kept.</summary>
internal sealed class FilteredTracesDisplay : IDisplay<FilteredTraces>
{
    public static string Html(FilteredTraces value) => HtmlText.Table(["traces", "count"], Rows(value));

    public static string Text(FilteredTraces value) => string.Join('\n', Rows(value).Select(r => $"{r[0],-16} {r[1]}"));

    private static string[][] Rows(FilteredTraces traces) =>
    [
        ["correct", Count(traces.Correct)],
        ["incorrect", Count(traces.Incorrect)],
        ["no answer", Count(traces.NoAnswer)],
        ["not verifiable", Count(traces.Unverifiable)],
        ["accuracy", HtmlText.Percent(traces.Accuracy)],
        ["kept to learn from", Count(traces.Kept.Count)],
    ];

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
