namespace W2SR.Core.Training;

/// <summary>What supervised fine-tuning minimises; both are means over all supervised tokens of an optimizer step.</summary>
public enum SftLoss
{
    /// <summary>Negative log-likelihood (the paper's).</summary>
    Likelihood,

    /// <summary>Dynamic fine-tuning (arXiv:2508.05629): each token's term times its own probability, through which no gradient flows.</summary>
    Dft,
}
