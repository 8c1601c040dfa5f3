namespace W2SR.Core.Training;

/// <summary>A reward failed on every response that was tried, so that training on would learn from nothing.</summary>
/// <param name="reward">The reward's name.</param>
/// <param name="sample">The first response it failed on.</param>
/// <param name="problem">What it did: threw, hung, or gave an infinite number.</param>
/// <param name="innerException">What it threw, if it did.</param>
public sealed class RewardFailedException(string reward, string sample, string problem, Exception? innerException = null)
    : Exception($"Reward '{reward}' failed on every response it was given, first on {sample}: {problem} The weights are those of the step before.", innerException)
{
    /// <summary>The reward's name.</summary>
    public string Reward { get; } = reward;

    /// <summary>The first response it failed on.</summary>
    public string Sample { get; } = sample;
}
