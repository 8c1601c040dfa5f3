namespace W2SR.Core.Experiments;

/// <summary>
/// One arm, or a family of them: a list with several entries gives one arm for each, in every combination, so that a ladder of teachers or of numbers of
/// traces is one entry. The name of each then says what varies.
/// </summary>
public sealed record ArmPlan
{
    /// <summary>Name of the trained student, such as "W2SR".</summary>
    public required string Name { get; init; }

    /// <summary>The models that learn.</summary>
    public required IReadOnlyList<string> Students { get; init; }

    /// <summary>The models whose traces are learned from; none for reinforcement, gold, format-only and self-traces.</summary>
    public IReadOnlyList<string> Teachers { get; init; } = [];

    /// <summary>What is trained on. Default: all traces.</summary>
    public ArmVariant Variant { get; init; } = ArmVariant.All;

    /// <summary>Traces that the student learns from. Default 1000.</summary>
    public IReadOnlyList<int> Traces { get; init; } = [1000];

    /// <summary>Samples of each problem; so many traces of so many fewer problems. Default 1, as in the paper.</summary>
    public IReadOnlyList<int> SamplesPerProblem { get; init; } = [1];

    /// <summary>Passes over the traces; null for that of the training settings.</summary>
    public int? Epochs { get; init; }

    /// <summary>True when this variant learns from a teacher's traces.</summary>
    internal bool NeedsTeacher => Variant is ArmVariant.All or ArmVariant.Positive or ArmVariant.Negative or ArmVariant.ShuffledAnswers;

    /// <summary>Checks every value but whether the models exist.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range, or teachers are named that could not matter.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        if (!Enum.IsDefined(Variant)) throw new ArgumentException($"variant {Variant} is unknown.");
        if (Students.Count == 0) throw new ArgumentException("students is empty; name at least one model that learns.");
        if (NeedsTeacher && Teachers.Count == 0) throw new ArgumentException("teachers is empty; this variant learns from a teacher's traces.");
        if (!NeedsTeacher && Teachers.Count > 0) throw new ArgumentException($"teachers names {string.Join(", ", Teachers)}, but this variant learns from no teacher.");
        if (Traces.Count == 0 || Traces.Any(t => t < 1)) throw new ArgumentException("traces must list numbers of 1 or more.");
        if (SamplesPerProblem.Count == 0 || SamplesPerProblem.Any(s => s < 1)) throw new ArgumentException("samplesPerProblem must list numbers of 1 or more.");
        if (Variant is ArmVariant.Gold or ArmVariant.FormatOnly && SamplesPerProblem is not [1]) throw new ArgumentException("samplesPerProblem cannot be set: a written solution is one for each problem.");
        if (Epochs is < 1) throw new ArgumentException($"epochs is {Epochs}; it must be at least 1.");
        foreach (var (name, list) in new (string, IEnumerable<string>)[] { ("students", Students), ("teachers", Teachers), ("traces", Traces.Select(t => $"{t}")), ("samplesPerProblem", SamplesPerProblem.Select(s => $"{s}")) })
            if (list.GroupBy(x => x, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ArgumentException($"{name} lists {twice.Key} twice.");
    }
}
