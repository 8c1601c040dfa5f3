namespace W2SR.Core.Training;

/// <summary>How several rewards become one advantage.</summary>
public enum RewardAggregation
{
    /// <summary>Weighted sum first, then centred and scaled (TRL's default). A reward with a wide range drowns the others.</summary>
    SumThenNormalize,

    /// <summary>Each reward centred and scaled within its group, then the weighted sum, then that over the whole batch (GDPO, arXiv:2601.05242).</summary>
    NormalizeThenSum,
}
