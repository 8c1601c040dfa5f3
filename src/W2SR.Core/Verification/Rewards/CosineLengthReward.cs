namespace W2SR.Core.Verification.Rewards;

/// <summary>
/// Correct answers earn more when short, wrong ones lose less when long: between two values along half a cosine of the length.
/// Nothing where the reference was not understood.
/// </summary>
/// <remarks>Yeo et al. (arXiv:2502.03373), with the values as TRL orders them: a wrong answer of no tokens scores <see cref="MinWrong"/>.</remarks>
public sealed class CosineLengthReward : IReward
{
    private readonly int maxTokens;

    /// <summary>Creates the reward.</summary>
    /// <param name="maxTokens">The length from which on the end values hold.</param>
    public CosineLengthReward(int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        this.maxTokens = maxTokens;
    }

    /// <inheritdoc/>
    public string Name => "cosine-length";

    /// <summary>Score of a wrong answer of no length. Default -1.</summary>
    public double MinWrong { get; init; } = -1;

    /// <summary>Score of a wrong answer at full length. Default -0.5.</summary>
    public double MaxWrong { get; init; } = -0.5;

    /// <summary>Score of a correct answer at full length. Default 0.5.</summary>
    public double MinCorrect { get; init; } = 0.5;

    /// <summary>Score of a correct answer of no length. Default 1.</summary>
    public double MaxCorrect { get; init; } = 1;

    /// <inheritdoc/>
    public double? Score(RewardInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Verdict.Outcome == VerdictOutcome.Unverifiable) return null;
        var (atEnd, atStart) = input.Verdict.IsCorrect ? (MinCorrect, MaxCorrect) : (MaxWrong, MinWrong);
        var progress = Math.Min(1, (double)input.TokenIds.Count / maxTokens);
        return atEnd + (atStart - atEnd) / 2 * (1 + Math.Cos(Math.PI * progress));
    }
}
