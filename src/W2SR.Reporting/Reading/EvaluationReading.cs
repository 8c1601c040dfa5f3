using System.Globalization;
using W2SR.Core.Evaluation;
using W2SR.Core.Experiments.Results;
using W2SR.Reporting.Figures;
using W2SR.Reporting.Traces;

namespace W2SR.Reporting.Reading;

/// <summary>A report of one or several evaluations, without an experiment around them.</summary>
/// <param name="folders">The evaluations.</param>
/// <param name="options">How much is shown.</param>
/// <param name="isRecovery">True: the first is the student before training, the last the same student after reinforcement learning, and those between get their RGR.</param>
internal sealed class EvaluationReading(IReadOnlyList<string> folders, ReportOptions options, bool isRecovery = false)
{
    public Report Read()
    {
        var opened = folders.Select(f => MeasuredFolder.Open(f)).ToArray();
        // Two evaluations of one model need names of their own.
        var models = opened.Select((m, i) => (Name: opened.Count(o => o.Result.Name == m.Result.Name) == 1 ? m.Result.Name : $"{m.Result.Name} ({Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folders[i])))})", Measured: m)).ToArray();
        var remarks = new List<string>();
        if (models.Any(m => m.Measured.Metrics.CutOff.Value > 0.05))
            remarks.Add(Say($"Up to {100 * models.Max(m => m.Measured.Metrics.CutOff.Value):F1}% of a model's responses were cut off; with more new tokens its accuracy may be higher."));
        if (models.Any(m => m.Measured.Problems.Count == 0)) remarks.Add("The problems' texts were not kept with the evaluation, so single traces stand without their question.");
        var recovered = isRecovery ? Recovered(models, remarks) : [];
        var differences = EvaluationFigures.Differences(models, remarks);
        Figure?[] figures =
        [
            RgrFigure.Of([.. recovered.Select((r, i) => (r.Variant, r, EvaluationFigures.Series(i + 1)))], hasSeedColumn: false), EvaluationFigures.Accuracy(models), differences, EvaluationFigures.PassAtK(models), EvaluationFigures.ByPart(models),
            EvaluationFigures.Outcomes(models), EvaluationFigures.Behaviours(models),
        ];
        return new Report
        {
            Title = options.Title ?? (models.Length == 1 ? $"Evaluation of {models[0].Name}" : $"Evaluation of {models.Length} models"),
            Headline = string.Join(" ", recovered.Select(Headline).Concat(models.Select(Headline))),
            Setting = Setting(models[0].Measured),
            Remarks = remarks,
            Figures = [.. figures.OfType<Figure>()],
            Provenance = ProvenanceTables.OfEvaluations(models),
            Browser = BrowserSelection.Choose([.. models.Select((m, i) => (new BrowsedModel(m.Name, isRecovery && i > 0 ? 0 : null), m.Measured))], options),
        };
    }

    private static string Headline((string Name, MeasuredFolder Measured) model)
    {
        var accuracy = model.Measured.Metrics.Accuracy;
        return Say($"{model.Name} answers {100 * accuracy.Value:F1}% of {accuracy.Problems} problems right (95% interval {100 * accuracy.Interval.Low:F1}% to {100 * accuracy.Interval.High:F1}%).");
    }

    private static string Headline(RgrRow rgr) => rgr.Point is { } point
        ? Say($"{rgr.Variant} recovers {100 * point:F0}% of reinforcement learning's gain (95% interval {100 * rgr.Low:F0}% to {100 * rgr.High:F0}%).")
        : $"What {rgr.Variant} recovers of reinforcement learning's gain is undefined: {rgr.UndefinedBecause}";

    private RgrRow[] Recovered((string Name, MeasuredFolder Measured)[] models, List<string> remarks)
    {
        var results = models.Select(m => m.Measured.Result with { Name = m.Name }).ToArray();
        return [.. results[1..^1].Select(taught =>
        {
            var rgr = RgrMetric.Compute(results[0], taught, results[^1], force: options.ForcesComparison);
            foreach (var warning in rgr.Warnings.Where(w => !remarks.Contains(w))) remarks.Add(warning);
            return new RgrRow(0, taught.Name, rgr.Point, rgr.Interval?.Low, rgr.Interval?.High, rgr.UndefinedBecause);
        })];
    }

    private static string Setting(MeasuredFolder measured)
    {
        var conditions = measured.Result.Conditions;
        var sets = measured.Result.Problems.Select(p => p.Benchmark).Where(b => b is not null).Distinct(StringComparer.Ordinal).ToArray();
        return Say($"{(sets.Length == 0 ? "Problems" : string.Join(", ", sets))}; {conditions.Sampling.SamplesPerProblem} {(conditions.Sampling.SamplesPerProblem == 1 ? "sample" : "samples")} a problem at temperature {conditions.Sampling.Temperature}, at most {conditions.Sampling.MaxNewTokens} new tokens; judged by {conditions.Verifier}.");
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
