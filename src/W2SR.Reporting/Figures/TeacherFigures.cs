using System.Globalization;
using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Results;
using W2SR.Reporting.Charts;

namespace W2SR.Reporting.Figures;

/// <summary>What makes a teacher useful: its size, whether it reasons, and how much it writes. A teacher counts as a reasoner when half of its responses show work.</summary>
internal sealed class TeacherFigures(ExperimentResults results, ExperimentFigures figures)
{
    private static readonly IReadOnlyList<(string, ThemeColor)> Legend = [("teacher reasons", ThemeColor.Series1), ("teacher does not reason", ThemeColor.Series2)];

    /// <summary>Students taught by each teacher at the largest number of traces, all of them kept.</summary>
    private (ModelRow Student, ModelRow Teacher)[] Taught() =>
    [
        .. from m in results.Models
           where m is { Variant: ArmVariant.All, Teacher: not null }
           group m by (m.Seed, m.From, m.Teacher) into g
           let student = g.OrderByDescending(m => m.Traces).ThenBy(m => m.SamplesPerProblem).First()
           let teacher = results.Models.FirstOrDefault(t => t.Seed == student.Seed && t.Name == student.Teacher)
           where teacher is not null
           select (student, teacher),
    ];

    /// <summary>The paper's figure 4; null for fewer than two teacher sizes.</summary>
    public Figure? BySize()
    {
        var taught = Taught();
        if (taught.Select(t => t.Teacher.Parameters).Distinct().Count() < 2) return null;
        return new Figure("teacher-size", "Teacher's size against student's accuracy", "The paper's figure 4: one point a teacher and seed, students with a 95% interval.", Table(taught),
            PointChart.Draw("teacher-size", "Student's accuracy over the teacher's size", "teacher's parameters", "student's accuracy", [.. taught.Select(t => Point(t.Student, t.Teacher, t.Teacher.Parameters))],
                isLogarithmic: true, figures.Before(taught.Select(t => t.Student)), Legend));
    }

    /// <summary>The paper's figure 3; null without a teacher of each kind.</summary>
    public Figure? ReasonersAgainstOthers()
    {
        var taught = Taught();
        if (taught.Select(t => Reasons(t.Teacher)).Distinct().Count() < 2) return null;
        return new Figure("reasoners", "Reasoner against non-reasoner", "The paper's figure 3: a student over its teacher's own accuracy. Above the dashed line the student is better than its teacher.", Table(taught),
            PointChart.Draw("reasoners", "Student's accuracy over the teacher's accuracy", "teacher's accuracy", "student's accuracy", [.. taught.Select(t => Point(t.Student, t.Teacher, t.Teacher.Accuracy))],
                isLogarithmic: false, [], Legend, hasDiagonal: true));
    }

    /// <summary>Student's accuracy over the number of traces; null for fewer than three numbers.</summary>
    public Figure? ByTraces() => Ladder("traces", "Number of traces", "number of traces", m => m.Traces, m => m.SamplesPerProblem);

    /// <summary>Student's accuracy over the samples of each problem; null for fewer than three numbers.</summary>
    public Figure? BySamples() => Ladder("samples", "Samples of each problem", "traces of each problem", m => m.SamplesPerProblem, m => m.Traces);

    private Figure? Ladder(string id, string title, string across, Func<ModelRow, int?> of, Func<ModelRow, int?> alike)
    {
        // A ladder is what differs in this number alone.
        var rungs = results.Models.Where(m => m.Variant is ArmVariant.All or ArmVariant.Positive or ArmVariant.Negative && of(m) > 0)
            .GroupBy(m => (m.Variant, m.From, m.Teacher, Other: alike(m)))
            .Where(g => g.Select(of).Distinct().Count() >= 3).SelectMany(g => g).ToArray();
        if (rungs.Length == 0) return null;
        var data = DataTable.Of(["seed", "model", "teacher", across, "accuracy", "low", "high"], rungs.Select(m => (IReadOnlyList<Cell>)
            [Seed(m.Seed), Cell.Of(m.Name), Cell.Of(m.Teacher), Cell.Count(of(m)!.Value), Cell.Percent(m.Accuracy), Cell.Percent(m.Low), Cell.Percent(m.High)]));
        var legend = rungs.GroupBy(m => m.Variant).Select(g => (g.Key switch { ArmVariant.All => "W2SR", ArmVariant.Positive => "W2SR-P", _ => "W2SR-N" }, ExperimentFigures.ColorOf(g.First()))).ToArray();
        return new Figure(id, title, "One point a seed with a 95% interval.", data, PointChart.Draw(id, "Student's accuracy over the " + across, across, "student's accuracy",
            [.. rungs.Select(m => new ChartPoint(null, of(m)!.Value, m.Accuracy, m.Low, m.High, ExperimentFigures.ColorOf(m)))], isLogarithmic: true, figures.Before(rungs), legend));
    }

    private static DataTable Table((ModelRow Student, ModelRow Teacher)[] taught) => DataTable.Of(
        ["seed", "student", "teacher", "teacher's parameters", "teacher's accuracy", "teacher reasons", "student's accuracy", "low", "high"], taught.Select(t => (IReadOnlyList<Cell>)
        [
            Seed(t.Student.Seed), Cell.Of(t.Student.Name), Cell.Of(t.Teacher.Name), Cell.Scaled(t.Teacher.Parameters), Cell.Percent(t.Teacher.Accuracy), Cell.Percent(t.Teacher.Reasons),
            Cell.Percent(t.Student.Accuracy), Cell.Percent(t.Student.Low), Cell.Percent(t.Student.High),
        ]));

    private static ChartPoint Point(ModelRow student, ModelRow teacher, double x) =>
        new(null, x, student.Accuracy, student.Low, student.High, Reasons(teacher) ? ThemeColor.Series1 : ThemeColor.Series2, IsHollow: !Reasons(teacher));

    private static bool Reasons(ModelRow teacher) => teacher.Reasons >= 0.5;

    private static Cell Seed(ulong seed) => Cell.Of(seed.ToString(CultureInfo.InvariantCulture));
}
