namespace W2SR.Core.Training;

/// <summary>Computes <see cref="RolloutMetrics"/> from a batch, before the update adds its part.</summary>
internal static class RolloutStatistics
{
    public static RolloutMetrics Of(RolloutBatch batch, IReadOnlyList<RewardPart> parts, int groupSize, Func<Rollout[], bool> isUniform)
    {
        var all = batch.All;
        var scored = all.Where(r => !double.IsNaN(r.Reward)).Select(r => r.Reward).ToArray();
        var lengths = all.Select(r => r.Example.ResponseIds.Length).Order().ToArray();
        var groups = all.Chunk(groupSize).ToArray();
        var uniform = groups.Where(isUniform).Select(g => g.Select(r => r.Reward).FirstOrDefault(r => !double.IsNaN(r), double.NaN)).ToArray();
        // With one kind of value in the whole step there is no telling high from low but by its sign.
        double least = scored.DefaultIfEmpty(0).Min(), most = scored.DefaultIfEmpty(0).Max(), middle = least == most ? 0.5 * Math.Max(1, Math.Abs(most)) : (least + most) / 2;
        var mean = scored.DefaultIfEmpty(0).Average();
        return new RolloutMetrics
        {
            Rewards = parts.Select((p, f) => (p.Name, Mean: all.Select(r => r.Rewards[f]).Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average()))
                .Where(p => !double.IsNaN(p.Mean)).ToDictionary(p => p.Name, p => p.Mean, StringComparer.Ordinal),
            RewardSpread = scored.Length < 2 ? 0 : Math.Sqrt(scored.Sum(r => (r - mean) * (r - mean)) / (scored.Length - 1)),
            UniformLowGroups = uniform.Count(r => !(r > middle)) / (double)groups.Length,
            UniformHighGroups = uniform.Count(r => r > middle) / (double)groups.Length,
            Unscored = all.Length - scored.Length,
            Rounds = batch.Rounds,
            MeanLength = lengths.Average(),
            LengthQuantiles = [Quantile(lengths, 0.1), Quantile(lengths, 0.5), Quantile(lengths, 0.9), lengths[^1]],
            TruncatedShare = all.Count(r => r.IsTruncated) / (double)all.Length,
            NoAnswerShare = all.All(r => r.HasAnswer is not null) ? all.Count(r => r.HasAnswer == false) / (double)all.Length : null,
            RolloutTokensPerSecond = lengths.Sum(n => (long)n) / Math.Max(1e-9, batch.GenerationTime.TotalSeconds),
            UpdateTokensPerSecond = 0,
            RewardSeconds = batch.RewardTime.TotalSeconds,
        };
    }

    private static int Quantile(int[] sorted, double q) => sorted[(int)Math.Ceiling(q * (sorted.Length - 1))];
}
