using System.Globalization;
using Spectre.Console;
using W2SR.Core.Evaluation;

namespace W2SR.Samples.Evaluate;

/// <summary>An evaluation in tables: every number with its 95% interval.</summary>
internal static class EvaluationTables
{
    public static void Show(EvaluationResult result, EvaluationMetrics metrics)
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 140;
        var table = new Table { Border = TableBorder.Ascii2, Title = new TableTitle(Markup.Escape($"{result.Name} on {metrics.Accuracy.Problems} problems, {result.Samples.Count} responses")) };
        foreach (var column in new[] { "measure", "value", "95% interval", "problems" })
            table.AddColumn(new TableColumn(column) { Alignment = column == "measure" ? Justify.Left : Justify.Right, NoWrap = true });
        void Share(string name, Estimate e) => table.AddRow(Markup.Escape(name), F(100 * e.Value) + " %", $"{F(100 * e.Interval.Low)} to {F(100 * e.Interval.High)}", F(e.Problems, 0));
        Share("accuracy", metrics.Accuracy);
        // With one sample a problem, pass@1 and maj@1 are the accuracy once more.
        foreach (var e in metrics.PassAtK.Where(e => e.Name != "1")) Share("pass@" + e.Name, e.Estimate);
        foreach (var e in metrics.MajorityAtK.Where(e => e.Name != "1")) Share("maj@" + e.Name, e.Estimate);
        foreach (var e in metrics.ByLevel.Concat(metrics.BySubject)) Share("accuracy, " + e.Name, e.Estimate);
        if (metrics.MacroAverage is { } macro)
        {
            foreach (var e in metrics.ByBenchmark) Share("accuracy, " + e.Name, e.Estimate);
            Share("macro average", macro);
        }
        Share("reasons", metrics.Reasons);
        Share("without an answer", metrics.WithoutAnswer);
        Share("cut off", metrics.CutOff);
        foreach (var e in metrics.Lengths)
            table.AddRow($"tokens, {e.Name} quantile", F(e.Estimate.Value, 0), $"{F(e.Estimate.Interval.Low, 0)} to {F(e.Estimate.Interval.High, 0)}", F(e.Estimate.Problems, 0));
        AnsiConsole.Write(table);
    }

    private static string F(double value, int places = 1) => value.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
