namespace W2SR.Core.Evaluation.Statistics;

/// <summary>What two different labels cost in Krippendorff's alpha.</summary>
public enum KrippendorffMetric
{
    /// <summary>Every difference the same.</summary>
    Nominal,

    /// <summary>By the labels that lie between, as often as they were given.</summary>
    Ordinal,

    /// <summary>By the distance squared.</summary>
    Interval,
}
