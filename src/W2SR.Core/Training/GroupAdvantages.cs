namespace W2SR.Core.Training;

/// <summary>Turns the rewards of groups of responses into advantages: how much better than its group each response was.</summary>
/// <remarks>DeepSeekMath (arXiv:2402.03300), section 4.1.2. Standard deviations divide by n - 1, as TRL and verl do, and 1e-4 is added to them.</remarks>
public static class GroupAdvantages
{
    private const double Epsilon = 1e-4;

    /// <summary>Computes advantages.</summary>
    /// <param name="rewards">One reward for each response, groups one after another. NaN means not scored: its advantage is 0, and the group's mean and spread leave it out.</param>
    /// <param name="groupSize">G: responses of one group, at least 2.</param>
    /// <param name="scaling">What differences are divided by.</param>
    /// <returns>One advantage for each response. A group of equal rewards gives zeros.</returns>
    /// <exception cref="ArgumentException">The rewards are not whole groups, or a reward is infinite.</exception>
    public static double[] Compute(IReadOnlyList<double> rewards, int groupSize, AdvantageScaling scaling = AdvantageScaling.Group)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 2);
        if (rewards.Count % groupSize != 0)
            throw new ArgumentException($"{rewards.Count} rewards are not whole groups of {groupSize}.", nameof(rewards));
        if (rewards.Any(double.IsInfinity)) throw new ArgumentException("A reward is infinite.", nameof(rewards));

        var advantages = new double[rewards.Count];
        var batchSpread = scaling == AdvantageScaling.Batch ? Spread([.. rewards.Where(r => !double.IsNaN(r))]) : 0;
        for (var start = 0; start < rewards.Count; start += groupSize)
        {
            var scored = Enumerable.Range(start, groupSize).Select(i => rewards[i]).Where(r => !double.IsNaN(r)).ToArray();
            if (scored.Length == 0) continue;
            var mean = scored.Average();
            var divisor = scaling switch
            {
                AdvantageScaling.Group => Spread(scored) + Epsilon,
                AdvantageScaling.Batch => batchSpread + Epsilon,
                AdvantageScaling.None => 1,
                _ => throw new ArgumentOutOfRangeException(nameof(scaling)),
            };
            // A spread over a single score is undefined, and so is what would be divided by it: no advantage.
            for (var i = start; i < start + groupSize; i++)
                advantages[i] = double.IsNaN(rewards[i]) || double.IsNaN(divisor) || IsUniform(scored) ? 0 : (rewards[i] - mean) / divisor;
        }
        return advantages;
    }

    /// <summary>True when all scored rewards of a group are equal, so that nothing can be learned from it.</summary>
    internal static bool IsUniform(IReadOnlyList<double> rewards)
    {
        var scored = rewards.Where(r => !double.IsNaN(r)).ToArray();
        return scored.Length == 0 || scored.All(r => r == scored[0]);
    }

    private static double Spread(double[] values)
    {
        if (values.Length < 2) return double.NaN;
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }
}
