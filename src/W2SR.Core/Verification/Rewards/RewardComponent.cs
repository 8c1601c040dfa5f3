namespace W2SR.Core.Verification.Rewards;

/// <summary>One component of a combined reward.</summary>
/// <param name="Name">The reward's name.</param>
/// <param name="Score">What it gave, unweighted; null when it gave none.</param>
/// <param name="Weight">Its weight in the sum.</param>
public readonly record struct RewardComponent(string Name, double? Score, double Weight);
