namespace W2SR.Core.Training;

/// <summary>AdamW (Loshchilov and Hutter, arXiv:1711.05101), as torch.optim.AdamW computes it.</summary>
public sealed record AdamWOptions
{
    /// <summary>Decay of the mean of gradients. Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients. Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added outside the root. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay; norms and biases are left alone. Default 0, as transformers' trainer.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        if (!(Beta1 >= 0 && Beta1 < 1)) throw new ArgumentOutOfRangeException(nameof(Beta1), Beta1, "It must lie in [0, 1).");
        if (!(Beta2 >= 0 && Beta2 < 1)) throw new ArgumentOutOfRangeException(nameof(Beta2), Beta2, "It must lie in [0, 1).");
        if (!(Epsilon > 0)) throw new ArgumentOutOfRangeException(nameof(Epsilon), Epsilon, "It must be positive.");
        if (!(WeightDecay >= 0 && WeightDecay <= 1)) throw new ArgumentOutOfRangeException(nameof(WeightDecay), WeightDecay, "It must lie between 0 and 1.");
    }
}
