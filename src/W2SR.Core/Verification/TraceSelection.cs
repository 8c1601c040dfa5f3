namespace W2SR.Core.Verification;

/// <summary>Which traces a student learns from: the paper's variants.</summary>
public enum TraceSelection
{
    /// <summary>W2SR: every trace, right or wrong.</summary>
    All,

    /// <summary>W2SR-P: traces whose answer is correct.</summary>
    Positive,

    /// <summary>W2SR-N: traces whose answer is wrong or absent.</summary>
    Negative,
}
