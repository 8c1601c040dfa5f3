namespace W2SR.Core.Evaluation.Cost;

/// <summary>What a stage's cost is spent on, so that routes can be compared three ways.</summary>
public enum CostKind
{
    /// <summary>Making the teacher: its reinforcement learning.</summary>
    Teacher,

    /// <summary>Writing the traces that the student learns from.</summary>
    Traces,

    /// <summary>Fine-tuning the student on traces: W2SR.</summary>
    StudentTraining,

    /// <summary>Reinforcement learning on the student: the ceiling.</summary>
    StudentReinforcement,

    /// <summary>Measuring; in no ratio.</summary>
    Evaluation,

    /// <summary>Anything else, such as pre-training a base that both routes share; in no ratio.</summary>
    Other,
}
