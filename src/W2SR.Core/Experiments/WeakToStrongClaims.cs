using System.Globalization;

namespace W2SR.Core.Experiments;

/// <summary>The paper's claims, held against the numbers of one run.</summary>
internal static class WeakToStrongClaims
{
    /// <summary>Sorts the claims into confirmed and not confirmed, each with its numbers.</summary>
    public static (IReadOnlyList<string> Confirmed, IReadOnlyList<string> NotConfirmed) Judge(
        IReadOnlyList<ModelRow> models, IReadOnlyList<RgrRow> rgr, IReadOnlyList<DifferenceRow> differences, CostRatios cost)
    {
        var confirmed = new List<string>();
        var not = new List<string>();
        void Claim(bool holds, string yes, string no) => (holds ? confirmed : not).Add(holds ? yes : no);
        ModelRow Model(string name) => models.Single(m => m.Name == name);
        RgrRow Rgr(string variant) => rgr.Single(r => r.Variant == variant);
        DifferenceRow Difference(string left) => differences.Single(d => d.Left == left);

        var (teacher, student, before) = (Model("teacher"), Model("W2SR"), Model("student"));
        Claim(teacher.Reasons >= 0.5, Say($"The teacher reasons: {teacher.Reasons:P0} of its responses show work."),
            Say($"The teacher does not reason: only {teacher.Reasons:P0} of its responses show work."));
        Claim(student.Accuracy - teacher.Accuracy >= 0.2,
            Say($"A weaker teacher made a stronger student: {teacher.Accuracy:P1} taught {student.Accuracy:P1}."),
            Say($"The student is not 20 points above its teacher: {student.Accuracy:P1} against {teacher.Accuracy:P1}."));
        AddRgr(Rgr("W2SR"), 0.8, "all traces");
        AddRgr(Rgr("W2SR-P"), 0.9, "correct traces only");
        var negative = Rgr("W2SR-N");
        Claim(negative.Point > 0.3, Say($"Wrong traces help too: RGR of W2SR-N is {negative.Point:F2}."),
            negative.UndefinedBecause ?? Say($"Wrong traces did not help enough: RGR of W2SR-N is {negative.Point:F2}, not above 0.3."));
        var plain = Model("non-reasoner student");
        Claim(plain.Accuracy <= before.Accuracy + 0.05,
            Say($"A larger teacher that does not reason does not help: its student has {plain.Accuracy:P1}, {before.Accuracy:P1} before."),
            Say($"The non-reasoner's student rose by more than 5 points: {plain.Accuracy:P1}, {before.Accuracy:P1} before."));
        Claim(cost.StudentTraining >= 4, Say($"RL on the student costs {cost.StudentTraining:F1} times the operations of W2SR's student training."),
            Say($"RL on the student costs only {cost.StudentTraining:F1} times the operations of W2SR's student training."));
        foreach (var left in new[] { "W2SR", "W2SR-N" })
        {
            var d = Difference(left);
            Claim(d.Low > 0, Say($"The traces' content helps beyond their format: {left} is {100 * d.Point:F1} points above format-only (95% {100 * d.Low:F1} to {100 * d.High:F1})."),
                Say($"Only the format was shown to help: {left} minus format-only is {100 * d.Point:F1} points (95% {100 * d.Low:F1} to {100 * d.High:F1})."));
        }
        return (confirmed, not);

        void AddRgr(RgrRow row, double least, string what)
        {
            if (row.Point is not { } point)
            {
                not.Add($"RGR of {row.Variant} is undefined: {row.UndefinedBecause}");
                return;
            }
            Claim(point >= least && row.Low > 0.5, Say($"{row.Variant} ({what}) recovers {point:P0} of RL's gain (95% {row.Low:P0} to {row.High:P0})."),
                Say($"{row.Variant} ({what}) recovers {point:P0} of RL's gain (95% {row.Low:P0} to {row.High:P0}); at least {least:P0} with an interval above 50% was expected."));
        }
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture).Replace(" %", "%", StringComparison.Ordinal);
}
