using System.Globalization;
using Spectre.Console;
using W2SR.Core.Evaluation.Cost;
using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Results;

namespace W2SR.Samples.Experiments;

/// <summary>The final tables.</summary>
internal static class ResultTables
{
    public static void Show(ExperimentResults results)
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 160;
        if (results.Seeds.Count == 1) ShowSeed(results);
        else ShowSeeds(results);
        foreach (var finding in results.Trainings.SelectMany(t => t.Findings.Select(f => $"{t.Model}, seed {t.Seed}: {f}"))) Console.WriteLine(finding);
        if (results.Confirmed.Count > 0) Console.WriteLine("Confirmed:");
        foreach (var claim in results.Confirmed) Console.WriteLine("  + " + claim);
        if (results.NotConfirmed.Count > 0) Console.WriteLine("Not confirmed:");
        foreach (var claim in results.NotConfirmed) Console.WriteLine("  - " + claim);
        Console.WriteLine(ExperimentReport.Headline(results));
    }

    public static Table Create(string title, params string[] columns)
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 160;
        var table = new Table { Border = TableBorder.Ascii2, Title = new TableTitle(Markup.Escape(title)) };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(column) { Alignment = column == columns[0] ? Justify.Left : Justify.Right, NoWrap = true });
        return table;
    }

    private static void ShowSeed(ExperimentResults results)
    {
        var routes = results.Settings.Routes is not null;
        var models = Create($"Accuracy on {results.TestProblems} held-out problems at temperature {results.PrimaryTemperature.ToString(CultureInfo.InvariantCulture)}",
            ["model", "accuracy %", "95% interval", .. routes ? ["3+ moves %"] : Array.Empty<string>(), "reasons %", "mean length", "training s", "training GFLOP"]);
        foreach (var m in results.Models)
            models.AddRow([Markup.Escape(m.Name), F(100 * m.Accuracy), $"{F(100 * m.Low)} to {F(100 * m.High)}", .. routes ? [m.AccuracyLongRoutes is { } far ? F(100 * far) : "-"] : Array.Empty<string>(),
                F(100 * m.Reasons), F(m.MeanLength), F(m.TrainSeconds), F(m.TrainFlops / 1e9, 0)]);
        AnsiConsole.Write(models);
        if (results.Rgr.Count > 0)
        {
            var rgr = Create("RGR: share of RL's gain that was recovered without RL", "arm", "RGR", "95% interval");
            foreach (var r in results.Rgr)
                rgr.AddRow(Markup.Escape(r.Variant), r.Point is { } p ? F(p, 2) : "undefined", r.Point is null ? Markup.Escape(r.UndefinedBecause!) : $"{F(r.Low!.Value, 2)} to {F(r.High!.Value, 2)}");
            AnsiConsole.Write(rgr);
        }
        if (results.Costs.Count == 0) return;
        var cost = Create("RL costs so many times: operations (wall time)", "arm", "student training only", "plus writing the traces", "plus making the teacher");
        foreach (var c in results.Costs) cost.AddRow(Markup.Escape(c.Arm), Ratio(c, r => r.StudentTraining), Ratio(c, r => r.WithTraces), Ratio(c, r => r.WithTeacher));
        AnsiConsole.Write(cost);
    }

    private static void ShowSeeds(ExperimentResults results)
    {
        var table = Create($"Accuracy over {results.Seeds.Count} seeds, {results.TestProblems} held-out problems each, at temperature {results.PrimaryTemperature.ToString(CultureInfo.InvariantCulture)}",
            "model", "parameters", "accuracy %", "lowest to highest", "RGR");
        foreach (var a in results.AcrossSeeds)
            table.AddRow(Markup.Escape(a.Model), results.Models.First(m => m.Name == a.Model).Parameters.ToString("N0", CultureInfo.InvariantCulture), F(100 * a.Accuracy),
                $"{F(100 * a.Lowest)} to {F(100 * a.Highest)}", a.Rgr is { } r ? F(r, 2) : "-");
        AnsiConsole.Write(table);
    }

    private static string Ratio(CostRow row, Func<CostRatio, double?> of) => of(row.Flops) is { } flops ? $"{F(flops)} ({(of(row.Seconds) is { } s ? F(s) : "-")})" : "-";

    private static string F(double value, int places = 1) => value.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
