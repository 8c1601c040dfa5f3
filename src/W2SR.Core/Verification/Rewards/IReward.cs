namespace W2SR.Core.Verification.Rewards;

/// <summary>One component of a reward. Pure and thread-safe.</summary>
public interface IReward
{
    /// <summary>Its name in reports, such as "accuracy".</summary>
    string Name { get; }

    /// <summary>Scores one response.</summary>
    /// <returns>The score, or null where it has none to give (the reference answer was not understood): such a component counts as absent.</returns>
    double? Score(RewardInput input);
}
