using System.Globalization;
using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Results;
using W2SR.Reporting.Charts;

namespace W2SR.Reporting.Figures;

/// <summary>Figures of an experiment's result: accuracies, what was recovered, and what it cost.</summary>
internal sealed class ExperimentFigures(ExperimentResults results)
{
    private const int MostGroups = 6;
    private readonly bool hasSeeds = results.Seeds.Count > 1;

    /// <summary>The paper's figure 2: teacher, student, W2SR, W2SR-P for each pair of student and teacher; null without an arm that learns from traces.</summary>
    public Figure? FourBars()
    {
        var pairs = results.Models.Where(m => m.Variant == ArmVariant.All && m is { Teacher: not null, From: not null }).OrderByDescending(m => m.Traces)
            .DistinctBy(m => (m.From, m.Teacher)).OrderBy(m => results.Models.ToList().IndexOf(m)).ToArray();
        if (pairs.Length == 0) return null;
        var (rows, groups, ceilings) = (new List<IReadOnlyList<Cell>>(), new List<(string, IReadOnlyList<ChartBar>)>(), new Dictionary<int, (string, double)>());
        foreach (var pair in pairs)
        {
            var positive = results.Models.Where(m => m.Variant == ArmVariant.Positive && m.From == pair.From && m.Teacher == pair.Teacher).OrderByDescending(m => m.Traces).FirstOrDefault();
            var bars = new List<ChartBar>();
            foreach (var (label, name, color) in new[] { ("teacher", pair.Teacher, ThemeColor.Series2), ("student", pair.From, ThemeColor.Series8), ("W2SR", pair.Name, ThemeColor.Series1), ("W2SR-P", positive?.Name, ThemeColor.Series3) })
            {
                if (name is null || Find(name) is not { } found) continue;
                bars.Add(new ChartBar(label, found.Value, found.Low, found.High, color));
                rows.Add([Cell.Of($"{pair.Teacher} to {pair.From}"), Cell.Of(label), Cell.Of(name), Cell.Percent(found.Value), Cell.Percent(found.Low), Cell.Percent(found.High)]);
            }
            if (Ceiling(pair.From!) is { } ceiling && Find(ceiling) is { } top)
            {
                ceilings.Add(groups.Count, ("RL", top.Value));
                rows.Add([Cell.Of($"{pair.Teacher} to {pair.From}"), Cell.Of("RL (ceiling)"), Cell.Of(ceiling), Cell.Percent(top.Value), Cell.Percent(top.Low), Cell.Percent(top.High)]);
            }
            groups.Add(($"{pair.Teacher} to {pair.From}", bars));
        }
        var data = DataTable.Of(["pair", "bar", "model", "accuracy", "low", "high"], rows);
        return new Figure("four-bars", "Teacher, student, W2SR, W2SR-P", "The paper's figure 2. " + Whiskers() + " The dashed line is the same student after reinforcement learning.", data,
            groups.Count > MostGroups ? null : BarChart.Draw("four-bars", "Accuracy of teacher, student, W2SR and W2SR-P", "accuracy", groups, ceilings));
    }

    /// <summary>Every model.</summary>
    public Figure Accuracy()
    {
        var routes = results.Models.Any(m => m.AccuracyLongRoutes is not null);
        var data = DataTable.Of(["seed", "model", "role", "parameters", "accuracy", "low", "high", .. routes ? ["3+ moves"] : Array.Empty<string>(), "reasons", "cut off", "mean length", "training seconds", "training operations"], results.Models.Select(m => (IReadOnlyList<Cell>)
        [
            Seed(m.Seed), Cell.Of(m.Name), Cell.Of(m.Role), Cell.Scaled(m.Parameters), Cell.Percent(m.Accuracy), Cell.Percent(m.Low), Cell.Percent(m.High), .. routes ? [Cell.Percent(m.AccuracyLongRoutes)] : Array.Empty<Cell>(),
            Cell.Percent(m.Reasons), Cell.Percent(m.CutOff), Cell.Number(m.MeanLength), Cell.Number(m.TrainSeconds), Cell.Scaled(m.TrainFlops),
        ]));
        var shown = hasSeeds
            ? results.AcrossSeeds.Select(a => new ChartRow(a.Model, a.Accuracy, a.Lowest, a.Highest, Color: ColorOf(results.Models.First(m => m.Name == a.Model))))
            : results.Models.Select(m => new ChartRow(m.Name, m.Accuracy, m.Low, m.High, Color: ColorOf(m)));
        return new Figure("accuracy", "Accuracy", "All models at the primary temperature. " + Whiskers(), data,
            results.AcrossSeeds.Count > 60 ? null : IntervalChart.Draw("accuracy", "Accuracy of each model", "accuracy", [.. shown], [], isShare: true));
    }

    /// <summary>Every model over all seeds; null for one seed.</summary>
    public Figure? AcrossSeeds() => !hasSeeds ? null : new Figure("across-seeds", "Over all seeds", "Mean, lowest and highest accuracy of the seeds; RGR as the mean over the seeds where it is defined.",
        DataTable.Of(["model", "seeds", "accuracy", "lowest", "highest", "RGR", "seeds with RGR"], results.AcrossSeeds.Select(a => (IReadOnlyList<Cell>)
            [Cell.Of(a.Model), Cell.Count(a.Seeds), Cell.Percent(a.Accuracy), Cell.Percent(a.Lowest), Cell.Percent(a.Highest), Cell.Number(a.Rgr, 2, "-"), Cell.Count(a.RgrSeeds)])));

    /// <summary>RGR with its interval; null where nothing was taught.</summary>
    public Figure? Rgr() => RgrFigure.Of([.. results.Rgr.Select(r => (Label(r.Variant, r.Seed), r, ColorOf(results.Models.FirstOrDefault(m => m.Name == r.Variant))))], hasSeedColumn: true);

    /// <summary>Paired differences that separate content from form; null where there are none.</summary>
    public Figure? Differences() => results.Differences.Count == 0 ? null : new Figure("differences", "Content against form", "Paired differences in accuracy on the same problems, 95% bootstrap intervals; p corrected by Holm within a seed.",
        DataTable.Of(["seed", "left", "right", "left minus right", "low", "high", "p", "p (Holm)"], results.Differences.Select(d => (IReadOnlyList<Cell>)
            [Seed(d.Seed), Cell.Of(d.Left), Cell.Of(d.Right), Cell.Percent(d.Point), Cell.Percent(d.Low), Cell.Percent(d.High), Cell.Probability(d.PValue), Cell.Probability(d.AdjustedPValue)])));

    /// <summary>The paper's figure 5: accuracy over the operations of a student's training; null where no training was counted.</summary>
    public Figure? AccuracyOverCost()
    {
        var trained = results.Models.Where(m => m.Role == "student" && m.TrainFlops > 0).ToArray();
        if (trained.Length == 0) return null;
        var data = DataTable.Of(["seed", "model", "training operations", "training seconds", "accuracy", "low", "high"], trained.Select(m => (IReadOnlyList<Cell>)
            [Seed(m.Seed), Cell.Of(m.Name), Cell.Scaled(m.TrainFlops), Cell.Number(m.TrainSeconds), Cell.Percent(m.Accuracy), Cell.Percent(m.Low), Cell.Percent(m.High)]));
        var named = trained.Length <= 14;
        var points = trained.Select(m => new ChartPoint(named && m.Seed == results.Seeds[0] ? m.Name : null, m.TrainFlops, m.Accuracy, m.Low, m.High, ColorOf(m), m.Variant == ArmVariant.Reinforcement)).ToArray();
        return new Figure("accuracy-over-cost", "Accuracy over cost", "The paper's figure 5: each student over the operations of its own training (rollouts of reinforcement learning included; writing the traces and making the teacher are not, see the cost ratios). The ring is reinforcement learning.", data,
            PointChart.Draw("accuracy-over-cost", "Accuracy over training operations", "operations of the student's training", "accuracy", points, isLogarithmic: true, Before(trained), []));
    }

    /// <summary>RL : arm, three ways in three units; null where nothing can be compared.</summary>
    public Figure? CostRatios() => results.Costs.Count == 0 ? null : new Figure("cost-ratios", "What reinforcement learning costs against each arm",
        "Times that reinforcement learning on the same student costs: against the student's training alone, with the writing of the traces, and with making the teacher.",
        DataTable.Of(["seed", "arm", "against", "unit", "student training", "with traces", "with teacher"],
            from c in results.Costs
            from unit in new[] { (Name: "operations", c.Flops), (Name: "wall time", c.Seconds), (Name: "tokens", c.Tokens) }
            select (IReadOnlyList<Cell>)[Seed(c.Seed), Cell.Of(c.Arm), Cell.Of(c.Against), Cell.Of(unit.Name), Cell.Number(unit.Item2.StudentTraining, 2), Cell.Number(unit.Item2.WithTraces, 2), Cell.Number(unit.Item2.WithTeacher, 2)]));

    /// <summary>Models at another temperature.</summary>
    public static Figure Temperature(TemperatureRow other) => new(string.Create(CultureInfo.InvariantCulture, $"temperature-{other.Temperature:0.##}").Replace('.', '-'),
        other.Temperature == 0 ? "Greedy decoding" : string.Create(CultureInfo.InvariantCulture, $"Temperature {other.Temperature}"), "The same models, drawn otherwise.",
        DataTable.Of(["seed", "model", "accuracy", "low", "high", "reasons", "mean length", "RGR", "RGR low", "RGR high"], other.Models.Select(m =>
        {
            var rgr = other.Rgr.FirstOrDefault(r => r.Seed == m.Seed && r.Variant == m.Name);
            var none = rgr is null ? "-" : "undefined: " + rgr.UndefinedBecause;
            return (IReadOnlyList<Cell>)[Seed(m.Seed), Cell.Of(m.Name), Cell.Percent(m.Accuracy), Cell.Percent(m.Low), Cell.Percent(m.High), Cell.Percent(m.Reasons), Cell.Number(m.MeanLength),
                Cell.Number(rgr?.Point, 3, none), Cell.Number(rgr?.Low, 3, "-"), Cell.Number(rgr?.High, 3, "-")];
        })));

    internal static ThemeColor ColorOf(ModelRow? model) => model switch
    {
        null => ThemeColor.Series8,
        { Role: "teacher" } => ThemeColor.Series2,
        { Variant: null } => ThemeColor.Series8,
        { Variant: ArmVariant.All } => ThemeColor.Series1,
        { Variant: ArmVariant.Positive } => ThemeColor.Series3,
        { Variant: ArmVariant.Negative } => ThemeColor.Series4,
        { Variant: ArmVariant.Reinforcement } => ThemeColor.Series5,
        _ => ThemeColor.Series7,
    };

    /// <summary>The students before training, as lines.</summary>
    internal IReadOnlyList<(string Name, double Value)> Before(IEnumerable<ModelRow> students)
    {
        var names = students.Select(s => s.From).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        return names.Length > 2 ? [] : [.. names.Select(n => (Name: n + " before", Found: Find(n))).Where(n => n.Found is not null).Select(n => (n.Name, n.Found!.Value.Value))];
    }

    /// <summary>A model's accuracy: of the one seed with its interval, or the mean over seeds with its range.</summary>
    internal (double Value, double Low, double High)? Find(string model)
    {
        if (hasSeeds) return results.AcrossSeeds.FirstOrDefault(a => a.Model == model) is { } a ? (a.Accuracy, a.Lowest, a.Highest) : null;
        return results.Models.FirstOrDefault(m => m.Name == model) is { } m ? (m.Accuracy, m.Low, m.High) : null;
    }

    private string? Ceiling(string student) => results.Models.FirstOrDefault(m => m.Variant == ArmVariant.Reinforcement && m.From == student)?.Name;

    private string Whiskers() => hasSeeds ? "Means over the seeds; whiskers reach from the lowest to the highest seed." : "Whiskers are 95% intervals.";

    private string Label(string arm, ulong seed) => hasSeeds ? string.Create(CultureInfo.InvariantCulture, $"{arm}, seed {seed}") : arm;

    private static Cell Seed(ulong seed) => Cell.Of(seed.ToString(CultureInfo.InvariantCulture));
}
