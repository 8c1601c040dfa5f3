using System.Globalization;

namespace W2SR.Core.Experiments;

/// <summary>One arm of an <see cref="ArmPlan"/>: one student, one teacher, one number of traces.</summary>
internal sealed record Arm(string Name, string Student, string? Teacher, ArmVariant Variant, int Traces, int SamplesPerProblem, int? Epochs)
{
    public bool IsReinforcement => Variant == ArmVariant.Reinforcement;

    /// <summary>All arms of an experiment, in the order of the file.</summary>
    public static IReadOnlyList<Arm> Expand(ExperimentFile file) => [.. file.Arms.SelectMany(Expand)];

    private static IEnumerable<Arm> Expand(ArmPlan plan)
    {
        // Reinforcement has no traces: their lists would only repeat it.
        IReadOnlyList<int> counts = plan.Variant == ArmVariant.Reinforcement ? [0] : plan.Traces, samples = plan.Variant == ArmVariant.Reinforcement ? [1] : plan.SamplesPerProblem;
        string?[] teachers = plan.NeedsTeacher ? [.. plan.Teachers] : new string?[1];
        return
            from student in plan.Students
            from teacher in teachers
            from count in counts
            from sample in samples
            let parts = new[]
            {
                plan.Students.Count > 1 ? student : null,
                teachers.Length > 1 ? $"from {teacher}" : null,
                counts.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{count} traces") : null,
                samples.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{sample} samples a problem") : null,
            }
            select new Arm(string.Join(", ", parts.Prepend(plan.Name).Where(p => p is not null)), student, teacher, plan.Variant, count, sample, plan.Epochs);
    }
}
