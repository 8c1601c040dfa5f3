namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>What a reasoner does besides calculating.</summary>
/// <remarks>The first four as in Gandhi et al. (arXiv:2503.01307); arXiv:2505.20072, figure 3b, counts such behaviours.</remarks>
public enum Behaviour
{
    /// <summary>Checks a result: puts it back, compares, says that it fits.</summary>
    Verification,

    /// <summary>Gives up a way or a result and takes another.</summary>
    Backtracking,

    /// <summary>Splits the task and says which part comes now.</summary>
    Subgoals,

    /// <summary>Starts from the goal and asks what it needs.</summary>
    BackwardChaining,

    /// <summary>Goes through cases, candidates or a list.</summary>
    Enumeration,

    /// <summary>Says the problem again in its own words.</summary>
    Restating,
}
