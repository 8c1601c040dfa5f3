namespace W2SR.Core.Verification.Rewards;

/// <summary>A combined reward with all its components.</summary>
/// <param name="Total">Weighted sum of the scores that were given; null when none was.</param>
/// <param name="Verdict">The verdict that the components shared.</param>
/// <param name="Components">Every component, in the order of the combination.</param>
public sealed record RewardReport(double? Total, Verdict Verdict, IReadOnlyList<RewardComponent> Components);
