using System.Globalization;
using Spectre.Console;
using W2SR.Core.Experiments;

namespace W2SR.Samples.Quickstart;

/// <summary>The final tables.</summary>
internal static class ResultTables
{
    public static void Show(WeakToStrongResults results)
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 140;
        var models = Create($"Accuracy on {results.Settings.TestProblems} held-out problems at temperature {results.Settings.PrimaryTemperature.ToString(CultureInfo.InvariantCulture)}",
            "model", "accuracy %", "95% interval", "3+ moves %", "reasons %", "mean length", "training s", "training GFLOP");
        foreach (var m in results.Models)
            models.AddRow(m.Name, F(100 * m.Accuracy), $"{F(100 * m.Low)} to {F(100 * m.High)}", F(100 * m.AccuracyLongRoutes), F(100 * m.Reasons), F(m.MeanLength), F(m.TrainSeconds), F(m.TrainFlops / 1e9, 0));
        AnsiConsole.Write(models);

        var rgr = Create("RGR: share of RL's gain that was recovered without RL", "variant", "RGR", "95% interval");
        foreach (var r in results.Rgr)
            rgr.AddRow(r.Variant, r.Point is { } p ? F(p, 2) : "undefined", r.Point is null ? r.UndefinedBecause! : $"{F(r.Low!.Value, 2)} to {F(r.High!.Value, 2)}");
        AnsiConsole.Write(rgr);

        var cost = Create("RL costs W2SR times", "counting", "operations", "wall time");
        cost.AddRow("student training only", F(results.Cost.StudentTraining), F(results.CostSeconds.StudentTraining));
        cost.AddRow("plus writing the traces", F(results.Cost.WithTraces), F(results.CostSeconds.WithTraces));
        cost.AddRow("plus the teacher's own RL", F(results.Cost.WithTeacher), F(results.CostSeconds.WithTeacher));
        AnsiConsole.Write(cost);

        Console.WriteLine("Confirmed:");
        foreach (var claim in results.Confirmed) Console.WriteLine("  + " + claim);
        if (results.NotConfirmed.Count > 0) Console.WriteLine("Not confirmed:");
        foreach (var claim in results.NotConfirmed) Console.WriteLine("  - " + claim);
        Console.WriteLine(WeakToStrongReport.Headline(results));
    }

    private static Table Create(string title, params string[] columns)
    {
        var table = new Table { Border = TableBorder.Ascii2, Title = new TableTitle(Markup.Escape(title)) };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(column) { Alignment = column == columns[0] ? Justify.Left : Justify.Right, NoWrap = true });
        return table;
    }

    private static string F(double value, int places = 1) => value.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
