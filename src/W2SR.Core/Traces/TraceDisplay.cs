using W2SR.Core.Common.Display;

namespace W2SR.Core.Traces;

/// <summary>A trace in a notebook: who wrote it and how it ended, then the text as it is.</summary>
internal sealed class TraceDisplay : IDisplay<Trace>
{
    public static string Html(Trace value) =>
        $"<div>{Notes(value)}{HtmlText.Block(Title(value), value.Response)}</div>";

    public static string Text(Trace value) => $"{Title(value)}\n{value.Response}";

    private static string Title(Trace trace)
    {
        var tokens = trace.ResponseTokens == 0 ? "" : $", {trace.ResponseTokens} tokens";
        var writer = trace.Reasoner.Length == 0 ? "" : $" by {trace.Reasoner}";
        return $"{trace.ProblemId} #{trace.SampleIndex}{writer}{tokens}, ended by {trace.FinishReason}";
    }

    private static string Notes(Trace trace) =>
        (trace.IsTruncated ? HtmlText.Badge("cut off", "#b45309") + " " : "") + (trace.HasRepetition ? HtmlText.Badge("goes round in a loop", "#b45309") : "");
}
