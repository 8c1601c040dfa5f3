using System.Globalization;
using System.Text;
using W2SR.Core.Evaluation.Cost;
using W2SR.Core.Experiments.Results;

namespace W2SR.Core.Experiments;

/// <summary>The result as Markdown.</summary>
public static class ExperimentReport
{
    /// <summary>Headline, tables, RGR, cost, and what was and was not confirmed.</summary>
    public static string Markdown(ExperimentResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var text = new StringBuilder();
        void Line(string line = "") => text.Append(line).Append('\n');
        Line(Say($"# {results.Name}, {(results.Seeds.Count == 1 ? "seed" : "seeds")} {string.Join(", ", results.Seeds)}"));
        Line();
        Line(Headline(results));
        Line();
        Line(Say($"{results.TestProblems} held-out problems at temperature {results.PrimaryTemperature}; W2SR {results.Version}."));
        if (results.Seeds.Count > 1)
        {
            Table(Line, "All seeds", ["model", "seeds", "accuracy %", "lowest to highest", "RGR"], results.AcrossSeeds.Select(a => new[]
            {
                a.Model, Say($"{a.Seeds}"), Percent(a.Accuracy), $"{Percent(a.Lowest)} to {Percent(a.Highest)}", a.Rgr is { } r ? Say($"{r:F2}") : "-",
            }));
        }
        Tables(Line, results, results.Models, results.Rgr, "");
        if (results.Differences.Count > 0)
            Table(Line, "Content against form", ["seed", "difference", "points", "95% interval", "p (Holm)"], results.Differences.Select(d => new[]
            {
                Say($"{d.Seed}"), $"{d.Left} - {d.Right}", Say($"{100 * d.Point:F1}"), Say($"{100 * d.Low:F1} to {100 * d.High:F1}"), Say($"{d.AdjustedPValue:G2}"),
            }));
        if (results.Costs.Count > 0)
            Table(Line, "RL costs so many times (operations, then wall time)", ["seed", "arm", "student training only", "plus writing the traces", "plus making the teacher"], results.Costs.Select(c => new[]
            {
                Say($"{c.Seed}"), c.Arm, Ratio(c, r => r.StudentTraining), Ratio(c, r => r.WithTraces), Ratio(c, r => r.WithTeacher),
            }));
        if (results.Confirmed.Count + results.NotConfirmed.Count > 0)
        {
            Line();
            Line("## Confirmed");
            foreach (var claim in results.Confirmed.DefaultIfEmpty("Nothing.")) Line($"- {claim}");
            Line();
            Line("## Not confirmed");
            foreach (var claim in results.NotConfirmed.DefaultIfEmpty("Nothing was left unconfirmed.")) Line($"- {claim}");
        }
        foreach (var other in results.OtherTemperatures)
            Tables(Line, results, other.Models, other.Rgr, other.Temperature == 0 ? ", greedy" : Say($", temperature {other.Temperature}"));
        return text.ToString();
    }

    /// <summary>One plain sentence on what was and was not confirmed.</summary>
    public static string Headline(ExperimentResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var where = results.Seeds.Count == 1 ? "this seed" : Say($"{results.Seeds.Count} seeds");
        return (results.Confirmed.Count, results.NotConfirmed.Count) switch
        {
            (0, 0) => Say($"{results.AcrossSeeds.Count} models were measured on {where}; no claims were judged."),
            (var yes, 0) => Say($"All {yes} claims held on {where}."),
            (var yes, var no) => Say($"{yes} claims held on {where}, {no} did not: {string.Join(" ", results.NotConfirmed)}"),
        };
    }

    private static void Tables(Action<string> line, ExperimentResults results, IReadOnlyList<ModelRow> models, IReadOnlyList<RgrRow> rgr, string where)
    {
        var routes = results.Settings.Routes is not null;
        Table(line, "Accuracy" + where, ["seed", "model", "accuracy %", "95% interval", .. routes ? ["3+ moves %"] : Array.Empty<string>(), "reasons %", "mean length", "training s", "training GFLOP"], models.Select(m => new[]
        {
            Say($"{m.Seed}"), m.Name, Percent(m.Accuracy), $"{Percent(m.Low)} to {Percent(m.High)}", m.AccuracyLongRoutes is { } far ? Percent(far) : "-", Percent(m.Reasons), Say($"{m.MeanLength:F1}"),
            Say($"{m.TrainSeconds:F1}"), Say($"{m.TrainFlops / 1e9:F0}"),
        }.Where((_, i) => routes || i != 4)));
        if (rgr.Count > 0)
            Table(line, "RGR: share of RL's gain that was recovered without RL" + where, ["seed", "arm", "RGR", "95% interval"], rgr.Select(r => new[]
            {
                Say($"{r.Seed}"), r.Variant, r.Point is { } p ? Say($"{p:F2}") : "undefined", r.Point is null ? r.UndefinedBecause! : Say($"{r.Low:F2} to {r.High:F2}"),
            }));
    }

    private static void Table(Action<string> line, string title, IReadOnlyList<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        static string Row(IEnumerable<string> cells) => "| " + string.Join(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' '))) + " |";
        line("");
        line("## " + title);
        line("");
        line(Row(columns));
        line("|" + string.Concat(columns.Select(_ => "---|")));
        foreach (var row in rows) line(Row(row));
    }

    private static string Ratio(CostRow row, Func<CostRatio, double?> of) => of(row.Flops) is { } flops ? Say($"{flops:F1} ({(of(row.Seconds) is { } s ? Say($"{s:F1}") : "-")})") : "-";

    private static string Percent(double share) => Say($"{100 * share:F1}");

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
