namespace W2SR.Core.Training;

/// <summary>What one policy update did.</summary>
/// <param name="Loss">Sum over the micro-batches, each scaled to its part of the update.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="Micros">Loss of each micro-batch and what its objective looked like.</param>
/// <param name="Mismatch">How far the sampler's log-probs were from the trainer's before the update.</param>
internal sealed record PolicyUpdateResult(double Loss, double GradientNorm, IReadOnlyList<(double Loss, PolicyLossMetrics Metrics)> Micros, LogProbMismatch Mismatch)
{
    /// <summary>Mean of a value over all trained tokens; null where no micro-batch has it.</summary>
    public double? Mean(Func<PolicyLossMetrics, double?> value)
    {
        var known = Micros.Where(m => value(m.Metrics) is not null && m.Metrics.Tokens > 0).ToArray();
        return known.Length == 0 ? null : known.Sum(m => value(m.Metrics)!.Value * m.Metrics.Tokens) / known.Sum(m => m.Metrics.Tokens);
    }
}

/// <summary>Absolute differences between the trainer's and the sampler's log-probs of the same tokens.</summary>
/// <param name="Sum">Over tokens.</param>
/// <param name="Max">The largest.</param>
/// <param name="Tokens">Tokens compared.</param>
internal readonly record struct LogProbMismatch(double Sum, double Max, double Tokens)
{
    public double Mean => Tokens == 0 ? 0 : Sum / Tokens;

    public LogProbMismatch And(LogProbMismatch other) => new(Sum + other.Sum, Math.Max(Max, other.Max), Tokens + other.Tokens);
}
