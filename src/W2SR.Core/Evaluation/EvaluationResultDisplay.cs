using System.Globalization;
using W2SR.Core.Common.Display;

namespace W2SR.Core.Evaluation;

/// <summary>An evaluation in a notebook: accuracy with its interval, and what the responses were like.</summary>
internal sealed class EvaluationResultDisplay : IDisplay<EvaluationResult>
{
    public static string Html(EvaluationResult value) => HtmlText.Table([value.Name, ""], Rows(value));

    public static string Text(EvaluationResult value) => $"{value.Name}\n{string.Join('\n', Rows(value).Select(r => $"  {r[0],-22} {r[1]}"))}";

    private static IEnumerable<string[]> Rows(EvaluationResult result)
    {
        if (result.Samples.Count == 0) return [["samples", "none"]];
        var problems = result.Groups().Count();
        var interval = result.AccuracyInterval();
        return
        [
            ["accuracy", $"{HtmlText.Percent(result.Accuracy())} (95% {HtmlText.Percent(interval.Low)} to {HtmlText.Percent(interval.High)})"],
            ["problems", problems.ToString(CultureInfo.InvariantCulture)],
            ["samples", result.Samples.Count.ToString(CultureInfo.InvariantCulture)],
            ["show work", HtmlText.Percent(result.ReasoningShare())],
            ["cut off", HtmlText.Percent(result.TruncatedShare())],
            ["mean length, tokens", HtmlText.Number(result.MeanLength(), "F1")],
        ];
    }
}
