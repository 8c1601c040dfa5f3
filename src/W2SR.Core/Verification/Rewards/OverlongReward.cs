namespace W2SR.Core.Verification.Rewards;

/// <summary>Soft over-long punishment: 0 up to L - c tokens, then falling linearly to -1 at L, and -1 beyond.</summary>
/// <remarks>DAPO (arXiv:2503.14476), equation 13.</remarks>
public sealed class OverlongReward : IReward
{
    private readonly int maxTokens, cacheTokens;

    /// <summary>Creates the punishment.</summary>
    /// <param name="maxTokens">L, the longest response.</param>
    /// <param name="cacheTokens">c, over how many tokens before L the punishment grows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cache is negative or above the longest response.</exception>
    public OverlongReward(int maxTokens, int cacheTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cacheTokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cacheTokens, maxTokens);
        (this.maxTokens, this.cacheTokens) = (maxTokens, cacheTokens);
    }

    /// <inheritdoc/>
    public string Name => "overlong";

    /// <inheritdoc/>
    public double? Score(RewardInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var length = input.TokenIds.Count;
        if (length <= maxTokens - cacheTokens) return 0;
        return length > maxTokens ? -1 : (double)(maxTokens - cacheTokens - length) / cacheTokens;
    }
}
