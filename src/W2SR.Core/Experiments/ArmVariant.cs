namespace W2SR.Core.Experiments;

/// <summary>What an arm's student is trained on.</summary>
public enum ArmVariant
{
    /// <summary>W2SR: all of the teacher's traces, right or wrong.</summary>
    All,

    /// <summary>W2SR-P: traces with the right answer.</summary>
    Positive,

    /// <summary>W2SR-N: traces with a wrong answer, or none.</summary>
    Negative,

    /// <summary>Control: the problems' own worked solutions.</summary>
    Gold,

    /// <summary>Control: text of a worked solution's form whose content does not belong to the problem.</summary>
    FormatOnly,

    /// <summary>Control: traces that the student wrote itself, before any training.</summary>
    SelfTraces,

    /// <summary>Control: the teacher's traces, each with the final answer of another one.</summary>
    ShuffledAnswers,

    /// <summary>Reinforcement learning on the student: the ceiling of RGR.</summary>
    Reinforcement,
}
