namespace W2SR.Core.Evaluation.Statistics;

/// <summary>Estimators of KL(policy || reference) from samples of the policy, with r = reference / policy.</summary>
/// <remarks>Schulman (2020), "Approximating KL divergence"; k3 is the penalty of DeepSeekMath (arXiv:2402.03300), equation 4.</remarks>
public static class KlEstimator
{
    /// <summary>k1 = -log r: unbiased, of either sign. Its derivative with respect to the policy's log-probability is 1.</summary>
    /// <param name="policy">The policy's log-probability of the sample.</param>
    /// <param name="reference">The reference's.</param>
    public static (double Value, double Derivative) K1(double policy, double reference) => (policy - reference, 1);

    /// <summary>k2 = (log r)^2 / 2: biased, never negative.</summary>
    /// <inheritdoc cref="K1"/>
    public static (double Value, double Derivative) K2(double policy, double reference) =>
        ((reference - policy) * (reference - policy) / 2, policy - reference);

    /// <summary>k3 = r - 1 - log r: unbiased, never negative.</summary>
    /// <inheritdoc cref="K1"/>
    public static (double Value, double Derivative) K3(double policy, double reference)
    {
        var r = Math.Exp(reference - policy);
        return (r - 1 - (reference - policy), 1 - r);
    }

    /// <summary>KL divergence of two distributions over the same outcomes; 0 log 0 is 0.</summary>
    /// <param name="policy">Probabilities.</param>
    /// <param name="reference">Probabilities; infinite where the policy has weight and this has none.</param>
    public static double Exact(IReadOnlyList<double> policy, IReadOnlyList<double> reference)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(reference);
        if (policy.Count != reference.Count) throw new ArgumentException($"The distributions have {policy.Count} and {reference.Count} outcomes.", nameof(reference));
        return policy.Select((p, i) => p == 0 ? 0 : p * Math.Log(p / reference[i])).Sum();
    }
}
