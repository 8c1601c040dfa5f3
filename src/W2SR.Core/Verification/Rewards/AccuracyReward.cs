namespace W2SR.Core.Verification.Rewards;

/// <summary>1 for a correct answer, 0 for a wrong one or none, nothing where the reference was not understood.</summary>
public sealed class AccuracyReward : IReward
{
    /// <inheritdoc/>
    public string Name => "accuracy";

    /// <inheritdoc/>
    public double? Score(RewardInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Verdict.Outcome switch
        {
            VerdictOutcome.Correct => 1,
            VerdictOutcome.Unverifiable => null,
            _ => 0,
        };
    }
}
