using W2SR.Core.Problems;

namespace W2SR.Core.Verification.Rewards;

/// <summary>A weighted sum of rewards over one verdict; every component is reported.</summary>
public sealed class CombinedReward
{
    private readonly IVerifier verifier;
    private readonly (IReward Reward, double Weight)[] parts;

    /// <summary>Creates the combination.</summary>
    /// <param name="verifier">Judges each response once.</param>
    /// <param name="parts">The rewards with their weights.</param>
    /// <exception cref="ArgumentException">No parts, two of one name, or a weight that is not finite.</exception>
    public CombinedReward(IVerifier verifier, params IReadOnlyList<(IReward Reward, double Weight)> parts)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0) throw new ArgumentException("A combined reward needs at least one part.", nameof(parts));
        foreach (var (reward, weight) in parts)
        {
            if (!double.IsFinite(weight)) throw new ArgumentException($"The weight of '{reward.Name}' is {weight}; it must be finite.", nameof(parts));
            if (parts.Count(p => p.Reward.Name == reward.Name) > 1) throw new ArgumentException($"Two rewards are named '{reward.Name}'; the report could not tell them apart.", nameof(parts));
        }
        this.verifier = verifier;
        this.parts = [.. parts];
    }

    /// <summary>Scores one response.</summary>
    /// <param name="problem">The problem that was asked.</param>
    /// <param name="response">The response as text, thinking included.</param>
    /// <param name="tokenIds">The response's token ids, without padding.</param>
    public RewardReport Score(Problem problem, string response, IReadOnlyList<int> tokenIds)
    {
        ArgumentNullException.ThrowIfNull(tokenIds);
        var input = new RewardInput(problem, response, tokenIds, verifier.Verify(problem, response));
        var components = new RewardComponent[parts.Length];
        double? total = null;
        for (var i = 0; i < parts.Length; i++)
        {
            var (reward, weight) = parts[i];
            components[i] = new RewardComponent(reward.Name, reward.Score(input), weight);
            if (components[i].Score is { } score) total = (total ?? 0) + weight * score;
        }
        return new RewardReport(total, input.Verdict, components);
    }
}
