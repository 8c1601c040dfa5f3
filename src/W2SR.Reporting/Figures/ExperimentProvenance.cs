using System.Globalization;
using W2SR.Core.Common;
using W2SR.Core.Experiments.Results;

namespace W2SR.Reporting.Figures;

/// <summary>What made the numbers of an experiment: its settings, and every stage with what it cost.</summary>
internal static class ExperimentProvenance
{
    /// <summary>The tables.</summary>
    public static IReadOnlyList<Figure> Of(ExperimentResults results) =>
    [
        new Figure("provenance-run", "Run", "", DataTable.Of(["what", "value"], new (string, Cell)[]
        {
            ("experiment", Cell.Of(results.Name)),
            ("version", Cell.Of(results.Version)),
            ("build", Cell.Of(results.Build)),
            ("settings (hash of experiment.json)", Cell.Of(ContentHash.OfText(results.Settings.ToJson()))),
            ("seeds", Cell.Of(string.Join(", ", results.Seeds))),
            ("test problems", Cell.Count(results.TestProblems)),
            ("temperature", Cell.Number(results.PrimaryTemperature, 2)),
        }.Select(r => (IReadOnlyList<Cell>)[Cell.Of(r.Item1), r.Item2]))),
        new Figure("provenance-stages", "Stages",
            "The key is the hash of everything that a stage's outcome depends on. Operations are counted by formula; wall time of stages that ran side by side overlaps, and memory is the whole process's.",
            DataTable.Of(["seed", "stage", "kind", "key", "needs", "parameters", "tokens written", "tokens trained", "operations", "seconds", "peak memory"], results.Stages.Select(s => (IReadOnlyList<Cell>)
            [
                Cell.Of(s.Seed.ToString(CultureInfo.InvariantCulture)), Cell.Of(s.Name), Cell.Of(s.Kind.ToString()), Cell.Of(s.Key), Cell.Of(string.Join(" ", s.Needs)), Cell.Count(s.Parameters),
                Cell.Count(s.TokensGenerated), Cell.Count(s.TokensTrained), Cell.Scaled(s.Flops), Cell.Number(s.Seconds), Cell.Scaled(s.PeakMemoryBytes),
            ]))),
    ];
}
