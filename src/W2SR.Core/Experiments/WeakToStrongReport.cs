using System.Globalization;
using System.Text;

namespace W2SR.Core.Experiments;

/// <summary>The result as Markdown.</summary>
public static class WeakToStrongReport
{
    /// <summary>Headline, table, RGR, cost, and what was and was not confirmed.</summary>
    public static string Markdown(WeakToStrongResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"# Weak to strong on the route world, seed {results.Seed}");
        Line($"");
        Line($"{Headline(results)}");
        Line($"");
        Line($"{results.Settings.TestProblems} held-out problems, one response each at temperature {results.Settings.PrimaryTemperature}; W2SR {results.Version}.");
        Line($"The strong base can follow a route when made to step, but answers directly most of the time: what W2SR and RL change is which of the two it does (mode elicitation, as the paper argues for large models).");
        Line($"");
        Models(results.Models);
        Line($"");
        Rgr(results.Rgr);
        Line($"");
        Line($"| difference | points | 95% interval |");
        Line($"|---|---:|---:|");
        foreach (var d in results.Differences) Line($"| {d.Left} - {d.Right} | {100 * d.Point:F1} | {100 * d.Low:F1} to {100 * d.High:F1} |");
        Line($"");
        Line($"| RL costs W2SR times | operations | wall time |");
        Line($"|---|---:|---:|");
        Line($"| student training only | {results.Cost.StudentTraining:F1} | {results.CostSeconds.StudentTraining:F1} |");
        Line($"| plus writing the traces | {results.Cost.WithTraces:F1} | {results.CostSeconds.WithTraces:F1} |");
        Line($"| plus the teacher's own RL | {results.Cost.WithTeacher:F1} | {results.CostSeconds.WithTeacher:F1} |");
        Line($"");
        Line($"## Confirmed");
        foreach (var claim in results.Confirmed.DefaultIfEmpty("Nothing.")) Line($"- {claim}");
        Line($"");
        Line($"## Not confirmed");
        foreach (var claim in results.NotConfirmed.DefaultIfEmpty("Nothing was left unconfirmed.")) Line($"- {claim}");
        foreach (var other in results.OtherTemperatures)
        {
            Line($"");
            Line($"## {(other.Temperature == 0 ? "Greedy" : string.Create(CultureInfo.InvariantCulture, $"Temperature {other.Temperature:F1}"))}");
            Line($"");
            Models(other.Models);
            Line($"");
            Rgr(other.Rgr);
        }
        return text.ToString();

        void Models(IReadOnlyList<ModelRow> rows)
        {
            Line($"| model | accuracy % | 95% interval | 3+ moves % | reasons % | mean length | training s | training GFLOP |");
            Line($"|---|---:|---:|---:|---:|---:|---:|---:|");
            foreach (var m in rows)
                Line($"| {m.Name} | {100 * m.Accuracy:F1} | {100 * m.Low:F1} to {100 * m.High:F1} | {100 * m.AccuracyLongRoutes:F1} | {100 * m.Reasons:F1} | {m.MeanLength:F1} | {m.TrainSeconds:F1} | {m.TrainFlops / 1e9:F0} |");
        }

        void Rgr(IReadOnlyList<RgrRow> rows)
        {
            Line($"| variant | RGR | 95% interval |");
            Line($"|---|---:|---:|");
            foreach (var r in rows)
                if (r.Point is null) Line($"| {r.Variant} | undefined | {r.UndefinedBecause} |");
                else Line($"| {r.Variant} | {r.Point:F2} | {r.Low:F2} to {r.High:F2} |");
        }
    }

    /// <summary>One plain sentence on what was and was not confirmed.</summary>
    public static string Headline(WeakToStrongResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return results.NotConfirmed.Count == 0
            ? $"All {results.Confirmed.Count} claims held on this seed."
            : $"{results.Confirmed.Count} claims held on this seed, {results.NotConfirmed.Count} did not: {string.Join(" ", results.NotConfirmed)}";
    }
}
