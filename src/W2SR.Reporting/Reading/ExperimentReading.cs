using System.Globalization;
using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Results;
using W2SR.Reporting.Figures;
using W2SR.Reporting.Traces;

namespace W2SR.Reporting.Reading;

/// <summary>A report of an experiment's run folder. Parts that the run does not have are left out, and said to be.</summary>
internal sealed class ExperimentReading(string folder, ReportOptions options)
{
    public static bool IsRunFolder(string folder) => File.Exists(Path.Combine(folder, "results.json")) || File.Exists(Path.Combine(folder, "experiment.json"));

    public Report Read()
    {
        var results = Experiment.FindResults(folder)
            ?? throw new InvalidOperationException($"{folder} has no results.json yet: the experiment was interrupted, or is still running. The same command goes on with it.");
        var remarks = new List<string>();
        var measured = Measured(results, remarks);
        var (figures, teachers) = (new ExperimentFigures(results), new TeacherFigures(results, new ExperimentFigures(results)));
        if (!results.Models.Any(m => m.Variant == ArmVariant.Reinforcement)) remarks.Add("No arm trains a student by reinforcement, so RGR has no ceiling and is undefined.");
        foreach (var finding in results.Trainings.SelectMany(t => t.Findings.Select(f => $"{t.Model}: {f}")).Distinct(StringComparer.Ordinal).Take(12)) remarks.Add(finding);
        Figure?[] all =
        [
            figures.FourBars(), figures.Rgr(), figures.Accuracy(), figures.AcrossSeeds(), teachers.BySize(), teachers.ReasonersAgainstOthers(),
            teachers.ByTraces(), teachers.BySamples(), figures.Differences(), figures.AccuracyOverCost(), figures.CostRatios(),
            measured.Length == 0 ? null : EvaluationFigures.PassAtK(measured), measured.Length == 0 ? null : EvaluationFigures.Behaviours(Telling(measured, results)),
            .. TrainingFigures.Of([.. results.Trainings.Where(t => t.Seed == results.Seeds[0])], folder), Traces(results), .. results.OtherTemperatures.Select(ExperimentFigures.Temperature),
        ];
        return new Report
        {
            Title = options.Title ?? Say($"{results.Name}, {(results.Seeds.Count == 1 ? "seed" : "seeds")} {string.Join(", ", results.Seeds)}"),
            Headline = Headline(results),
            Setting = Say($"{results.TestProblems} held-out problems at temperature {results.PrimaryTemperature}; W2SR {results.Version}."),
            Confirmed = results.Confirmed,
            NotConfirmed = results.NotConfirmed,
            Remarks = remarks,
            Figures = [.. all.OfType<Figure>()],
            Provenance = ExperimentProvenance.Of(results),
            Browser = BrowserSelection.Choose(Browsed(measured, results), options),
        };
    }

    /// <summary>How many claims held, and what the first arm that learns from traces recovered; the claims themselves follow below it.</summary>
    private static string Headline(ExperimentResults results)
    {
        var (yes, all) = (results.Confirmed.Count, results.Confirmed.Count + results.NotConfirmed.Count);
        var where = results.Seeds.Count == 1 ? "this seed" : Say($"{results.Seeds.Count} seeds");
        var claims = all == 0 ? Say($"{results.AcrossSeeds.Count} models were measured on {where}; no claims were judged.") : Say($"{yes} of {all} claims held on {where}.");
        var arm = results.Models.FirstOrDefault(m => m.Variant == ArmVariant.All)?.Name;
        var rgr = results.Rgr.Where(r => r.Variant == arm).ToArray();
        if (rgr.Length == 0) return claims;
        if (rgr is [{ Point: { } point } one]) return claims + Say($" {arm} recovers {100 * point:F0}% of reinforcement learning's gain (95% interval {100 * one.Low:F0}% to {100 * one.High:F0}%).");
        var mean = results.AcrossSeeds.FirstOrDefault(a => a.Model == arm);
        return claims + (mean?.Rgr is { } r && rgr.Length > 1 ? Say($" {arm} recovers {100 * r:F0}% of reinforcement learning's gain (mean over {mean.RgrSeeds} seeds).") : Say($" What {arm} recovers of reinforcement learning's gain is undefined."));
    }

    /// <summary>Evaluations of the first seed at the primary temperature.</summary>
    private (string Name, MeasuredFolder Measured)[] Measured(ExperimentResults results, List<string> remarks)
    {
        var found = new List<(string, MeasuredFolder)>();
        foreach (var row in results.Evaluations.Where(e => e.Seed == results.Seeds[0] && e.Temperature == results.PrimaryTemperature))
        {
            var place = Path.Combine(folder, row.Folder);
            if (Directory.Exists(place)) found.Add((row.Model, MeasuredFolder.Open(place, row.Verifier, Path.Combine(folder, row.Problems))));
        }
        if (found.Count == 0) remarks.Add("The evaluations' folders are not there any more, so single traces, pass@k and behaviours are left out.");
        else if (results.Seeds.Count > 1) remarks.Add(Say($"Single traces, pass@k, behaviours and training curves are those of seed {results.Seeds[0]}."));
        return [.. found];
    }

    private static (BrowsedModel Model, MeasuredFolder Measured)[] Browsed((string Name, MeasuredFolder Measured)[] measured, ExperimentResults results)
    {
        int? IndexOf(string? name) => Array.FindIndex(measured, m => m.Name == name) is var i and >= 0 ? i : null;
        return [.. measured.Select(m =>
        {
            var row = results.Models.FirstOrDefault(r => r.Seed == results.Seeds[0] && r.Name == m.Name);
            return (new BrowsedModel(m.Name, row?.Role == "student" ? IndexOf(row.From) : null, IndexOf(row?.Teacher)), m.Measured);
        })];
    }

    /// <summary>Student before, its teacher, the arm, and the ceiling come first: four models are drawn.</summary>
    private static (string Name, MeasuredFolder Measured)[] Telling((string Name, MeasuredFolder Measured)[] measured, ExperimentResults results)
    {
        var arm = results.Models.FirstOrDefault(m => m.Variant == ArmVariant.All);
        string?[] first = [arm?.Teacher, arm?.From, arm?.Name, results.Models.FirstOrDefault(m => m.Variant == ArmVariant.Reinforcement && m.From == arm?.From)?.Name];
        return [.. measured.OrderBy(m => Array.IndexOf(first, m.Name) is var i and >= 0 ? i : first.Length)];
    }

    private static Figure? Traces(ExperimentResults results) => results.Traces.Count == 0 ? null : new Figure("traces-used", "Traces learned from", "What each arm's teacher wrote, how much of it is right, and how much the student learned from.",
        DataTable.Of(["seed", "arm", "teacher", "written", "right", "used"], results.Traces.Select(t => (IReadOnlyList<Cell>)
            [Cell.Of(t.Seed.ToString(CultureInfo.InvariantCulture)), Cell.Of(t.Arm), Cell.Of(t.Teacher), Cell.Count(t.Written), Cell.Count(t.Correct), Cell.Count(t.Used)])));

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
