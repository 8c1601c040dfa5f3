using System.Globalization;
using Spectre.Console;
using W2SR.Core.Experiments.Planning;

namespace W2SR.Samples.Experiments;

/// <summary>What a run would do.</summary>
internal static class PlanTable
{
    public static void Show(ExperimentPlan plan)
    {
        var table = ResultTables.Create(Say($"{plan.ToDo} of {plan.Stages.Count} stages to do"), "stage", "", "parameters", "tokens written", "tokens trained", "GFLOP", "seconds");
        foreach (var s in plan.Stages)
            table.AddRow(Markup.Escape(s.Name), s.IsKept ? "kept" : "to do", Say($"{s.Parameters:N0}"), Say($"{s.TokensGenerated:N0}"), Say($"{s.TokensTrained:N0}"), Say($"{s.Flops / 1e9:N0}"),
                s.Seconds is { } t ? Say($"{t:N1}") : "?");
        var todo = plan.Stages.Where(s => !s.IsKept).ToArray();
        table.AddRow("to do, in all", "", "", Say($"{todo.Sum(s => s.TokensGenerated):N0}"), Say($"{todo.Sum(s => s.TokensTrained):N0}"), Say($"{todo.Sum(s => s.Flops) / 1e9:N0}"),
            todo.All(s => s.Seconds is not null) ? Say($"{todo.Sum(s => s.Seconds!.Value):N1}") : "?");
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(plan.ExpectedSeconds is { } seconds
            ? Say($"Expected wall time with {plan.Workers} stages side by side: {TimeSpan.FromSeconds(Math.Ceiling(seconds)):c} (by {plan.TimeFrom}).")
            : "The time is unknown: a model is too large to be tried out here.");
        foreach (var assumption in plan.Assumptions) AnsiConsole.WriteLine("Assumed: " + assumption);
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
