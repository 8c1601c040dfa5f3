namespace W2SR.Core.Training;

/// <summary>What becomes of a sample that is longer than allowed. None of it happens silently: the run counts them.</summary>
public enum OverLong
{
    /// <summary>It is left out.</summary>
    Drop,

    /// <summary>Training is refused.</summary>
    Refuse,

    /// <summary>Its response is cut; it then teaches no end. One whose prompt alone is too long is left out.</summary>
    Cut,
}
