namespace W2SR.Core.Experiments;

/// <summary>A model that is made of another one and writes traces.</summary>
public sealed record TeacherPlan
{
    /// <summary>The base, or the teacher, that it is made of.</summary>
    public required string From { get; init; }

    /// <summary>How it is made. Default: by reinforcement learning, which gives a reasoner.</summary>
    public TeacherTraining Training { get; init; } = TeacherTraining.Reinforcement;
}
