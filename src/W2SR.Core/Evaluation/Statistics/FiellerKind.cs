namespace W2SR.Core.Evaluation.Statistics;

/// <summary>Shape of a Fieller set.</summary>
public enum FiellerKind
{
    /// <summary>An interval from low to high.</summary>
    Bounded,

    /// <summary>Everything up to low and everything from high: the denominator may be 0.</summary>
    Outside,

    /// <summary>All numbers: the data say nothing about the ratio.</summary>
    Everything,
}
