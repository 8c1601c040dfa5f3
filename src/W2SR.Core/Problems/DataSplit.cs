namespace W2SR.Core.Problems;

/// <summary>What a question may be used for.</summary>
public enum DataSplit
{
    /// <summary>Anything that trains.</summary>
    Train,

    /// <summary>Choosing settings.</summary>
    Validation,

    /// <summary>The final measurement, once.</summary>
    Test,
}
