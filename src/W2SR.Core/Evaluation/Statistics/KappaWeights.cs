namespace W2SR.Core.Evaluation.Statistics;

/// <summary>How much a disagreement weighs in Cohen's kappa.</summary>
public enum KappaWeights
{
    /// <summary>Every disagreement the same.</summary>
    None,

    /// <summary>By the distance of the labels.</summary>
    Linear,

    /// <summary>By the distance squared.</summary>
    Quadratic,
}
