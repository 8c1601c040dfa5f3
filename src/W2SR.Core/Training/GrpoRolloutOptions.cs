namespace W2SR.Core.Training;

/// <summary>Which problems a step rolls out, and which of the responses train.</summary>
public sealed record GrpoRolloutOptions
{
    /// <summary>Responses that were cut off do not train, so that length is not mistaken for a wrong answer (DAPO's overlong filtering). Default false.</summary>
    public bool MasksTruncated { get; init; }

    /// <summary>Groups whose rewards are all equal are replaced by further problems, in at most so many further rounds of one step (DAPO's dynamic sampling). Default 0: none.</summary>
    public int ReplacementRounds { get; init; }

    /// <summary>Chance that a problem is drawn again whose responses were all right or all wrong last time. Default 1: as any other.</summary>
    public double SettledProblemChance { get; init; } = 1;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ReplacementRounds);
        if (!(SettledProblemChance > 0 && SettledProblemChance <= 1))
            throw new ArgumentOutOfRangeException(nameof(SettledProblemChance), SettledProblemChance, "It must lie in (0, 1]: a problem that never comes back could not be learned later.");
    }
}
