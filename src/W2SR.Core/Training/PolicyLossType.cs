namespace W2SR.Core.Training;

/// <summary>The policy objective: what is summed over tokens, and what the sum is divided by.</summary>
public enum PolicyLossType
{
    /// <summary>Clipped; mean over responses of the mean over each response's tokens (DeepSeekMath, arXiv:2402.03300).</summary>
    Grpo,

    /// <summary>Clipped; mean over all tokens of the update (DAPO, arXiv:2503.14476).</summary>
    Dapo,

    /// <summary>Clipped; mean over the tokens of the local batch. The trainer's local batch is the update, so that it agrees with <see cref="Dapo"/> there; it differs in what TRL calls gradient accumulation.</summary>
    Bnpo,

    /// <summary>Clipped; sum over all tokens divided by responses times the longest response allowed, a constant, so that length has no influence (Dr. GRPO, arXiv:2503.20783).</summary>
    DrGrpo,

    /// <summary>The importance ratio only weighs the gradient of the log-prob, bounded from above; no token loses its gradient (MiniMax-M1, arXiv:2506.13585). <see cref="PolicyLossOptions.ClipHigh"/> is the bound itself; 5 is usual.</summary>
    Cispo,

    /// <summary>A sigmoid gate in place of the clip (SAPO, arXiv:2511.20347).</summary>
    Sapo,

    /// <summary>Clipped; sum over each response's tokens, mean over responses (LUSPO, arXiv:2602.05261). Meant for <see cref="RatioLevel.Sequence"/>.</summary>
    Luspo,

    /// <summary>A smooth weight of the whole sequence's ratio in place of the clip (VESPO, arXiv:2602.10693).</summary>
    Vespo,
}
