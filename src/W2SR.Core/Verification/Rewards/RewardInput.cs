using W2SR.Core.Problems;

namespace W2SR.Core.Verification.Rewards;

/// <summary>What a reward looks at: one sampled response with its verdict.</summary>
/// <param name="Problem">The problem that was asked.</param>
/// <param name="Response">The response as text, thinking included.</param>
/// <param name="TokenIds">The response's token ids, without padding; their number is its length.</param>
/// <param name="Verdict">What the verifier found; made once and shared by all rewards.</param>
public sealed record RewardInput(Problem Problem, string Response, IReadOnlyList<int> TokenIds, Verdict Verdict);
