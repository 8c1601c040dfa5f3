using System.Globalization;
using W2SR.Core.Experiments.Results;

namespace W2SR.Core.Experiments;

/// <summary>The paper's claims, held against the numbers of each seed. The thresholds are the quickstart's, declared before its seeds were run.</summary>
internal sealed class ExperimentClaims
{
    private readonly List<string> confirmed = [], not = [];
    private readonly ExperimentFile file;
    private readonly IReadOnlyList<ModelRow> models;
    private readonly IReadOnlyList<RgrRow> rgr;
    private readonly string prefix;

    private ExperimentClaims(ExperimentFile file, ulong seed, IReadOnlyList<ModelRow> models, IReadOnlyList<RgrRow> rgr)
    {
        (this.file, this.models, this.rgr) = (file, [.. models.Where(m => m.Seed == seed)], [.. rgr.Where(r => r.Seed == seed)]);
        prefix = file.Seeds.Count == 1 ? "" : Say($"Seed {seed}: ");
    }

    /// <summary>Sorts the claims into confirmed and not confirmed, each with its numbers.</summary>
    public static (IReadOnlyList<string> Confirmed, IReadOnlyList<string> NotConfirmed) Judge(
        ExperimentFile file, IReadOnlyList<ModelRow> models, IReadOnlyList<RgrRow> rgr, IReadOnlyList<DifferenceRow> differences, IReadOnlyList<CostRow> costs)
    {
        var all = file.Seeds.Select(seed =>
        {
            var claims = new ExperimentClaims(file, seed, models, rgr);
            claims.OfTeachers();
            claims.OfStudents();
            claims.OfCosts([.. costs.Where(c => c.Seed == seed)]);
            claims.OfContent([.. differences.Where(d => d.Seed == seed)]);
            return claims;
        }).ToArray();
        return ([.. all.SelectMany(c => c.confirmed)], [.. all.SelectMany(c => c.not)]);
    }

    private IEnumerable<ModelRow> Taught(params ArmVariant[] variants) => models.Where(m => m.Variant is { } v && variants.Contains(v));

    private ModelRow TeacherOf(ModelRow student) => models.First(m => m.Name == student.Teacher);

    /// <summary>Meant to reason: not trained on direct answers.</summary>
    private bool ShouldReason(ModelRow student) => !(file.Teachers.TryGetValue(student.Teacher!, out var plan) && plan.Training == TeacherTraining.DirectAnswers);

    private void Claim(bool holds, string yes, string no) => (holds ? confirmed : not).Add(prefix + (holds ? yes : no));

    private void OfTeachers()
    {
        foreach (var teacher in Taught(ArmVariant.All, ArmVariant.Positive, ArmVariant.Negative).Where(ShouldReason).Select(TeacherOf).DistinctBy(t => t.Name))
            Claim(teacher.Reasons >= 0.5, Say($"The {teacher.Name} reasons: {teacher.Reasons:P0} of its responses show work."),
                Say($"The {teacher.Name} does not reason: only {teacher.Reasons:P0} of its responses show work."));
    }

    private void OfStudents()
    {
        foreach (var student in Taught(ArmVariant.All).Where(ShouldReason))
        {
            var teacher = TeacherOf(student);
            Claim(student.Accuracy - teacher.Accuracy >= 0.2, Say($"A weaker teacher made a stronger student: {teacher.Accuracy:P1} taught {student.Accuracy:P1}."),
                Say($"The student is not 20 points above its teacher: {student.Accuracy:P1} against {teacher.Accuracy:P1}."));
            OfRecovery(student, 0.8, "all traces");
        }
        foreach (var student in Taught(ArmVariant.Positive)) OfRecovery(student, 0.9, "correct traces only");
        foreach (var student in Taught(ArmVariant.Negative))
        {
            var row = RgrOf(student);
            Claim(row.Point > 0.3, Say($"Wrong traces help too: RGR of {student.Name} is {row.Point:F2}."),
                row.UndefinedBecause is { } reason ? $"RGR of {student.Name} is undefined: {reason}" : Say($"Wrong traces did not help enough: RGR of {student.Name} is {row.Point:F2}, not above 0.3."));
        }
        foreach (var plain in Taught(ArmVariant.All).Where(s => !ShouldReason(s)))
        {
            var before = models.First(m => m.Name == plain.From);
            Claim(plain.Accuracy <= before.Accuracy + 0.05,
                Say($"A larger teacher that does not reason does not help: its student has {plain.Accuracy:P1}, {before.Accuracy:P1} before."),
                Say($"The non-reasoner's student rose by more than 5 points: {plain.Accuracy:P1}, {before.Accuracy:P1} before."));
        }
    }

    private RgrRow RgrOf(ModelRow student) => rgr.First(r => r.Variant == student.Name);

    private void OfRecovery(ModelRow student, double least, string what)
    {
        var row = RgrOf(student);
        if (row.Point is not { } point) not.Add($"{prefix}RGR of {student.Name} is undefined: {row.UndefinedBecause}");
        else
            Claim(point >= least && row.Low > 0.5, Say($"{student.Name} ({what}) recovers {point:P0} of RL's gain (95% {row.Low:P0} to {row.High:P0})."),
                Say($"{student.Name} ({what}) recovers {point:P0} of RL's gain (95% {row.Low:P0} to {row.High:P0}); at least {least:P0} with an interval above 50% was expected."));
    }

    private void OfCosts(IReadOnlyList<CostRow> costs)
    {
        foreach (var student in Taught(ArmVariant.All).Where(ShouldReason))
            if (costs.FirstOrDefault(c => c.Arm == student.Name)?.Flops.StudentTraining is { } ratio)
                Claim(ratio >= 4, Say($"RL on the student costs {ratio:F1} times the operations of {student.Name}'s student training."),
                    Say($"RL on the student costs only {ratio:F1} times the operations of {student.Name}'s student training."));
    }

    private void OfContent(IReadOnlyList<DifferenceRow> differences)
    {
        foreach (var student in Taught(ArmVariant.All, ArmVariant.Negative).Where(ShouldReason))
            foreach (var d in differences.Where(d => d.Left == student.Name))
                Claim(d.Low > 0, Say($"The traces' content helps beyond their format: {d.Left} is {100 * d.Point:F1} points above {d.Right} (95% {100 * d.Low:F1} to {100 * d.High:F1})."),
                    Say($"Only the format was shown to help: {d.Left} minus {d.Right} is {100 * d.Point:F1} points (95% {100 * d.Low:F1} to {100 * d.High:F1})."));
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture).Replace(" %", "%", StringComparison.Ordinal);
}
