namespace W2SR.Core.Training;

/// <summary>Turns the rewards of groups of responses into advantages: how much better than its group each response was.</summary>
/// <remarks>DeepSeekMath (arXiv:2402.03300), section 4.1.2. Standard deviations divide by n - 1, as TRL and verl do, and 1e-4 is added to them.</remarks>
public static class GroupAdvantages
{
    private const double Epsilon = 1e-4;

    /// <summary>Computes advantages from one reward.</summary>
    /// <param name="rewards">One reward for each response, groups one after another. NaN means not scored: its advantage is 0, and the group's mean and spread leave it out.</param>
    /// <param name="groupSize">G: responses of one group, at least 2.</param>
    /// <param name="scaling">What differences are divided by.</param>
    /// <returns>One advantage for each response. A group of equal rewards gives zeros.</returns>
    /// <exception cref="ArgumentException">The rewards are not whole groups, or a reward is infinite.</exception>
    public static double[] Compute(IReadOnlyList<double> rewards, int groupSize, AdvantageScaling scaling = AdvantageScaling.Group)
    {
        CheckGroups(rewards, groupSize);
        var advantages = new double[rewards.Count];
        var batchSpread = scaling == AdvantageScaling.Batch ? Spread([.. rewards.Where(r => !double.IsNaN(r))]) : 0;
        for (var start = 0; start < rewards.Count; start += groupSize)
        {
            var scored = Scored(rewards, start, groupSize);
            if (IsUniform(scored)) continue;
            var mean = scored.Average();
            var divisor = scaling switch
            {
                AdvantageScaling.Group => Spread(scored) + Epsilon,
                AdvantageScaling.Batch => batchSpread + Epsilon,
                AdvantageScaling.None => 1,
                _ => throw new ArgumentOutOfRangeException(nameof(scaling)),
            };
            for (var i = start; i < start + groupSize; i++)
                advantages[i] = double.IsNaN(rewards[i]) ? 0 : (rewards[i] - mean) / divisor;
        }
        return advantages;
    }

    /// <summary>Computes advantages from several weighted rewards.</summary>
    /// <param name="rewards">One list for each reward, each with one number for each response; NaN where that reward had nothing to say. A response without any score has advantage 0.</param>
    /// <param name="weights">One weight for each reward.</param>
    /// <param name="groupSize">G: responses of one group, at least 2.</param>
    /// <param name="scaling">What differences are divided by; <see cref="RewardAggregation.NormalizeThenSum"/> always scales by group and batch.</param>
    /// <param name="aggregation">Whether rewards are added before or after they are centred and scaled.</param>
    /// <exception cref="ArgumentException">Lists of different lengths, a weight too many or too few, broken groups, or an infinite reward.</exception>
    public static double[] Compute(
        IReadOnlyList<IReadOnlyList<double>> rewards, IReadOnlyList<double> weights, int groupSize,
        AdvantageScaling scaling = AdvantageScaling.Group, RewardAggregation aggregation = RewardAggregation.SumThenNormalize)
    {
        var totals = Totals(rewards, weights);
        if (aggregation == RewardAggregation.SumThenNormalize) return Compute(totals, groupSize, scaling);
        double[][] normalized = [.. rewards.Select(part =>
        {
            var values = Compute(part, groupSize);
            // Not scored stays not scored: zero would be an opinion.
            for (var i = 0; i < values.Length; i++)
                if (double.IsNaN(part[i])) values[i] = double.NaN;
            return values;
        })];
        var sums = Totals(normalized, weights);
        var all = sums.Where(s => !double.IsNaN(s)).ToArray();
        if (IsUniform(all)) return new double[sums.Length];
        double mean = all.Average(), divisor = Spread(all) + Epsilon;
        return Array.ConvertAll(sums, s => double.IsNaN(s) ? 0 : (s - mean) / divisor);
    }

    /// <summary>The weighted sum of each response's rewards, those left out counting nothing; NaN where no reward scored it.</summary>
    /// <inheritdoc cref="Compute(IReadOnlyList{IReadOnlyList{double}}, IReadOnlyList{double}, int, AdvantageScaling, RewardAggregation)"/>
    public static double[] Totals(IReadOnlyList<IReadOnlyList<double>> rewards, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        ArgumentNullException.ThrowIfNull(weights);
        if (rewards.Count == 0 || rewards.Count != weights.Count)
            throw new ArgumentException($"{rewards.Count} rewards and {weights.Count} weights; there must be one weight for each of at least one reward.", nameof(weights));
        if (rewards.Any(r => r.Count != rewards[0].Count))
            throw new ArgumentException($"The rewards score different numbers of responses: {string.Join(", ", rewards.Select(r => r.Count))}.", nameof(rewards));
        var totals = new double[rewards[0].Count];
        for (var i = 0; i < totals.Length; i++)
        {
            var isScored = false;
            for (var f = 0; f < rewards.Count; f++)
            {
                if (double.IsNaN(rewards[f][i])) continue;
                totals[i] += weights[f] * rewards[f][i];
                isScored = true;
            }
            if (!isScored) totals[i] = double.NaN;
        }
        return totals;
    }

    /// <summary>True when all scored rewards of a group are equal, so that nothing can be learned from it.</summary>
    internal static bool IsUniform(IReadOnlyList<double> rewards)
    {
        var scored = rewards.Where(r => !double.IsNaN(r)).ToArray();
        return scored.Length == 0 || scored.All(r => r == scored[0]);
    }

    private static void CheckGroups(IReadOnlyList<double> rewards, int groupSize)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 2);
        if (rewards.Count % groupSize != 0)
            throw new ArgumentException($"{rewards.Count} rewards are not whole groups of {groupSize}.", nameof(rewards));
        if (rewards.Any(double.IsInfinity)) throw new ArgumentException("A reward is infinite.", nameof(rewards));
    }

    private static double[] Scored(IReadOnlyList<double> rewards, int start, int count) =>
        [.. Enumerable.Range(start, count).Select(i => rewards[i]).Where(r => !double.IsNaN(r))];

    private static double Spread(double[] values)
    {
        if (values.Length < 2) return double.NaN;
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }
}
