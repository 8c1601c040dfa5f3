namespace W2SR.Core.Training;

/// <summary>How KL(policy || reference) is estimated from the tokens drawn. With d = log policy - log reference.</summary>
/// <remarks>Schulman, "Approximating KL divergence" (2020).</remarks>
public enum KlEstimator
{
    /// <summary>d: unbiased, of either sign, large variance. Its own gradient is zero on average, so it needs <see cref="PolicyLossOptions.CorrectKl"/>.</summary>
    K1,

    /// <summary>d^2 / 2: biased, and its gradient is the one of the true divergence.</summary>
    K2,

    /// <summary>exp(-d) + d - 1: unbiased, never negative (DeepSeekMath, equation 4).</summary>
    K3,
}
