using W2SR.Core.Evaluation.Cost;
using W2SR.Core.Experiments.Results;
using W2SR.Core.Experiments.Stages;

namespace W2SR.Core.Experiments;

/// <summary>What reinforcement learning costs against each arm, through a ledger of the stages that stand behind both.</summary>
internal static class ExperimentCosts
{
    /// <summary>One row an arm that has a ceiling.</summary>
    public static IReadOnlyList<CostRow> Of(IReadOnlyList<MeasuredModel> models, IReadOnlyDictionary<string, StageRecord> records)
    {
        var rows = new List<CostRow>();
        foreach (var model in models.Where(m => m.Arm is { IsReinforcement: false }))
        {
            if (CeilingOf(model, models) is not { } ceiling) continue;
            var ledger = LedgerOf(model, ceiling, records);
            rows.Add(new CostRow(model.Seed, model.Name, ceiling.Name, ledger.FlopsRatio(), ledger.TimeRatio(), ledger.TokensRatio()));
        }
        return rows;
    }

    /// <summary>The arm of reinforcement learning on the same student; null when there is none.</summary>
    public static MeasuredModel? CeilingOf(MeasuredModel model, IReadOnlyList<MeasuredModel> models) =>
        models.FirstOrDefault(m => m.Seed == model.Seed && m.Arm is { IsReinforcement: true } && m.Arm.Student == model.Arm!.Student);

    private static CostLedger LedgerOf(MeasuredModel model, MeasuredModel ceiling, IReadOnlyDictionary<string, StageRecord> records)
    {
        CostEntry Entry(Stage stage, CostKind kind)
        {
            var record = records[stage.Key];
            return new CostEntry($"{kind}: {stage.Name}", stage.Name, kind)
            {
                TokensGenerated = record.Outcome.TokensGenerated,
                TokensTrained = record.Outcome.TokensTrained,
                Flops = record.Outcome.Flops,
                WallTime = TimeSpan.FromSeconds(record.Seconds),
                PeakMemoryBytes = record.PeakMemoryBytes,
            };
        }
        var entries = new List<CostEntry> { Entry(ceiling.Made, CostKind.StudentReinforcement), Entry(model.Made, CostKind.StudentTraining) };
        if (model.Traces is { } traces) entries.Add(Entry(traces, CostKind.Traces));
        // Making the teacher counts down to the base, which both routes find ready.
        for (var made = model.Teacher; made?.Origin is not null; made = made.Origin) entries.Add(Entry(made, CostKind.Teacher));
        return new CostLedger(entries);
    }
}
