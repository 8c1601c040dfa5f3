using W2SR.Core.Common;

namespace W2SR.Core.Training;

/// <summary>One response with what it earned.</summary>
internal sealed record Rollout
{
    public required TrainingExample Example { get; init; }

    public required string ProblemId { get; init; }

    /// <summary>Under the distribution that each token was drawn from.</summary>
    public required float[] LogProbs { get; init; }

    public required FinishReason FinishReason { get; init; }

    /// <summary>One for each reward; NaN where it had nothing to say.</summary>
    public required double[] Rewards { get; init; }

    /// <summary>Their weighted sum; NaN where none had.</summary>
    public required double Reward { get; init; }

    /// <summary>Whether the verifier found an answer; null where none judges.</summary>
    public bool? HasAnswer { get; init; }

    public double Advantage { get; init; }

    /// <summary>False for a response that was cut off, where those are left out.</summary>
    public required bool Trains { get; init; }

    public bool IsTruncated => FinishReason != FinishReason.Stop;
}

/// <summary>The rollouts of one step.</summary>
/// <param name="Kept">Groups one after another, as many as the options say: what trains.</param>
/// <param name="All">Every response that was written, those that were replaced included: what statistics are about.</param>
/// <param name="Rounds">Rounds of generation, 1 without replacements.</param>
/// <param name="Failures">Sentences about rewards that failed.</param>
/// <param name="GenerationTime">Spent generating.</param>
/// <param name="RewardTime">Spent scoring.</param>
internal sealed record RolloutBatch(Rollout[] Kept, Rollout[] All, int Rounds, IReadOnlyList<string> Failures, TimeSpan GenerationTime, TimeSpan RewardTime);
