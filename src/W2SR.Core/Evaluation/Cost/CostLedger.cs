namespace W2SR.Core.Evaluation.Cost;

/// <summary>The costs of an experiment, stage by stage.</summary>
/// <remarks>arXiv:2505.20072, figure 5, compares the routes' costs; which costs a ratio counts is stated with it here.</remarks>
public sealed record CostLedger
{
    /// <summary>Creates a ledger.</summary>
    /// <param name="entries">One a stage.</param>
    /// <exception cref="ArgumentException">A stage appears twice, or a number is negative or not finite.</exception>
    public CostLedger(IReadOnlyList<CostEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.GroupBy(e => e.Stage, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } repeated)
            throw new ArgumentException($"The stage '{repeated.Key}' appears {repeated.Count()} times; its cost would count twice.", nameof(entries));
        foreach (var e in entries)
            if (!(double.IsFinite(e.Flops) && e.Flops >= 0 && e.TokensGenerated >= 0 && e.TokensTrained >= 0 && e.PeakMemoryBytes is not < 0 && !(e.WallTime < TimeSpan.Zero)))
                throw new ArgumentException($"The stage '{e.Stage}' has a cost that is negative or not finite: {e}.", nameof(entries));
        Entries = entries;
    }

    /// <summary>The stages in their order.</summary>
    public IReadOnlyList<CostEntry> Entries { get; }

    /// <summary>Reinforcement learning : W2SR in operations.</summary>
    /// <param name="counts">Which student's stages count, when a ledger holds several students; null for all.</param>
    public CostRatio FlopsRatio(Func<CostEntry, bool>? counts = null) => Ratio(e => e.Flops, counts);

    /// <summary>The same in wall time; null where a stage's time was not measured.</summary>
    /// <inheritdoc cref="FlopsRatio"/>
    public CostRatio TimeRatio(Func<CostEntry, bool>? counts = null) => Ratio(e => e.WallTime?.TotalSeconds, counts);

    /// <summary>The same in tokens that went through a model, written or trained on.</summary>
    /// <inheritdoc cref="FlopsRatio"/>
    public CostRatio TokensRatio(Func<CostEntry, bool>? counts = null) => Ratio(e => e.TokensGenerated + e.TokensTrained, counts);

    /// <summary>Sum over stages, one entry for each model.</summary>
    public IReadOnlyList<CostEntry> ByModel() => [.. Entries.GroupBy(e => e.Model, StringComparer.Ordinal).Select(g => new CostEntry("all", g.Key, CostKind.Other)
    {
        TokensGenerated = g.Sum(e => e.TokensGenerated),
        TokensTrained = g.Sum(e => e.TokensTrained),
        Flops = g.Sum(e => e.Flops),
        WallTime = g.All(e => e.WallTime.HasValue) ? TimeSpan.FromTicks(g.Sum(e => e.WallTime!.Value.Ticks)) : null,
        PeakMemoryBytes = g.Max(e => e.PeakMemoryBytes), // null counts as unknown only when all are
    })];

    /// <summary>What the operations would take and cost on other hardware.</summary>
    /// <param name="hardware">The hardware with its price.</param>
    /// <returns>One a stage, in order.</returns>
    public IReadOnlyList<ScaledCost> ScaledTo(Hardware hardware)
    {
        ArgumentNullException.ThrowIfNull(hardware);
        hardware.Validate();
        return [.. Entries.Select(e =>
        {
            var hours = e.Flops / (hardware.PeakFlopsPerSecond * hardware.Utilization) / 3600;
            return new ScaledCost(e.Stage, e.Model, hours, hours * hardware.PricePerHour);
        })];
    }

    private CostRatio Ratio(Func<CostEntry, double?> of, Func<CostEntry, bool>? counts)
    {
        double? Sum(params CostKind[] kinds)
        {
            double? sum = null;
            foreach (var entry in Entries.Where(e => kinds.Contains(e.Kind) && (counts is null || counts(e))))
            {
                if (of(entry) is not { } cost) return null;
                sum = (sum ?? 0) + cost;
            }
            return sum;
        }
        var reinforcement = Sum(CostKind.StudentReinforcement);
        double? Against(params CostKind[] kinds) => kinds.All(k => Sum(k) is not null) && Sum(kinds) is > 0 and { } cost ? reinforcement / cost : null;
        return new CostRatio(Against(CostKind.StudentTraining), Against(CostKind.StudentTraining, CostKind.Traces),
            Against(CostKind.StudentTraining, CostKind.Traces, CostKind.Teacher));
    }
}
