using W2SR.Core.Evaluation.Cost;

namespace W2SR.Core.Experiments.Results;

/// <summary>How many times an arm's cost reinforcement learning on the same student costs, counted three ways in three units.</summary>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Arm">The arm.</param>
/// <param name="Against">The arm of reinforcement learning.</param>
/// <param name="Flops">In operations.</param>
/// <param name="Seconds">In wall time.</param>
/// <param name="Tokens">In tokens written or trained on.</param>
public sealed record CostRow(ulong Seed, string Arm, string Against, CostRatio Flops, CostRatio Seconds, CostRatio Tokens);
