using System.Globalization;
using W2SR.Core.Common.Display;

namespace W2SR.Core.Training;

/// <summary>A training in a notebook: its curves, then what it came to.</summary>
internal sealed class TrainingRunDisplay : IDisplay<TrainingRun>
{
    public static string Html(TrainingRun value)
    {
        var curves = Curves(value).Where(c => c.Points.Length > 0).Select(c => $"<div>{CurveSvg.Draw(c.Name, c.Points)}</div>");
        var findings = value.Findings.Count == 0 ? "" : $"<ul>{string.Concat(value.Findings.Select(f => $"<li>{HtmlText.Escape(f)}</li>"))}</ul>";
        return $"<div>{string.Concat(curves)}<div>{HtmlText.Escape(Summary(value))}</div>{findings}</div>";
    }

    public static string Text(TrainingRun value) =>
        string.Join('\n', Curves(value).Where(c => c.Points.Length > 0)
            .Select(c => $"{c.Name}: {HtmlText.Number(c.Points[0].Value, "G4")} at step {c.Points[0].Step}, {HtmlText.Number(c.Points[^1].Value, "G4")} at step {c.Points[^1].Step}")
            .Append(Summary(value)).Concat(value.Findings));

    private static (string Name, (int Step, double Value)[] Points)[] Curves(TrainingRun run) =>
    [
        ("loss", [.. run.Steps.Select(s => (s.Step, s.Loss))]),
        ("reward", [.. run.Steps.Where(s => s.Reward is not null).Select(s => (s.Step, s.Reward!.Value))]),
        ("validation loss", [.. run.Steps.Where(s => s.ValidationLoss is not null).Select(s => (s.Step, s.ValidationLoss!.Value))]),
        ("pass@1", [.. run.Steps.Where(s => s.PassAt1 is not null).Select(s => (s.Step, s.PassAt1!.Value))]),
    ];

    private static string Summary(TrainingRun run)
    {
        var dropped = run.DroppedExamples == 0 ? "" : $", {run.DroppedExamples} examples left out";
        var cut = run.CutExamples == 0 ? "" : $", {run.CutExamples} examples cut";
        return string.Create(CultureInfo.InvariantCulture,
            $"{run.Steps.Count} steps, {run.TokensTrained:N0} tokens trained, {run.TokensGenerated:N0} generated, {run.Flops / 1e9:G4} GFLOP, {run.Elapsed.TotalSeconds:F1} s{dropped}{cut}");
    }
}
