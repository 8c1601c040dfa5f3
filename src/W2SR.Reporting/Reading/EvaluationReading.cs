using System.Globalization;
using W2SR.Core.Evaluation;
using W2SR.Reporting.Figures;
using W2SR.Reporting.Traces;

namespace W2SR.Reporting.Reading;

/// <summary>A report of one or several evaluations, without an experiment around them.</summary>
internal sealed class EvaluationReading(IReadOnlyList<string> folders, ReportOptions options)
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
        var differences = EvaluationFigures.Differences(models, remarks);
        Figure?[] figures =
        [
            EvaluationFigures.Accuracy(models), differences, EvaluationFigures.PassAtK(models), EvaluationFigures.ByPart(models),
            EvaluationFigures.Outcomes(models), EvaluationFigures.Behaviours(models),
        ];
        return new Report
        {
            Title = options.Title ?? (models.Length == 1 ? $"Evaluation of {models[0].Name}" : $"Evaluation of {models.Length} models"),
            Headline = string.Join(" ", models.Select(Headline)),
            Setting = Setting(models[0].Measured),
            Remarks = remarks,
            Figures = [.. figures.OfType<Figure>()],
            Provenance = ProvenanceTables.OfEvaluations(models),
            Browser = BrowserSelection.Choose([.. models.Select(m => (new BrowsedModel(m.Name), m.Measured))], options),
        };
    }

    private static string Headline((string Name, MeasuredFolder Measured) model)
    {
        var accuracy = model.Measured.Metrics.Accuracy;
        return Say($"{model.Name} answers {100 * accuracy.Value:F1}% of {accuracy.Problems} problems right (95% interval {100 * accuracy.Interval.Low:F1}% to {100 * accuracy.Interval.High:F1}%).");
    }

    private static string Setting(MeasuredFolder measured)
    {
        var conditions = measured.Result.Conditions;
        var sets = measured.Result.Problems.Select(p => p.Benchmark).Where(b => b is not null).Distinct(StringComparer.Ordinal).ToArray();
        return Say($"{(sets.Length == 0 ? "Problems" : string.Join(", ", sets))}; {conditions.Sampling.SamplesPerProblem} {(conditions.Sampling.SamplesPerProblem == 1 ? "sample" : "samples")} a problem at temperature {conditions.Sampling.Temperature}, at most {conditions.Sampling.MaxNewTokens} new tokens; judged by {conditions.Verifier}.");
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
