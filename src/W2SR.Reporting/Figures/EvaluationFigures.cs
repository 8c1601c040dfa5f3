using W2SR.Core.Evaluation;
using W2SR.Core.Evaluation.Behaviours;
using W2SR.Core.Verification;
using W2SR.Reporting.Charts;
using W2SR.Reporting.Reading;

namespace W2SR.Reporting.Figures;

/// <summary>Figures of evaluations: what can be said of models from their responses alone.</summary>
internal static class EvaluationFigures
{
    private const string Intervals = "Whiskers are 95% intervals: Wilson's for one sample a problem, Student's t over problems for several.";

    /// <summary>Accuracy of each model.</summary>
    public static Figure Accuracy(IReadOnlyList<(string Name, MeasuredFolder Measured)> models)
    {
        var data = DataTable.Of(["model", "problems", "responses", "accuracy", "low", "high", "no answer", "cut off", "reasons", "median tokens"], models.Select(m =>
        {
            var k = m.Measured.Metrics;
            return (IReadOnlyList<Cell>)[Cell.Of(m.Name), Cell.Count(k.Accuracy.Problems), Cell.Count(m.Measured.Result.Samples.Count), Cell.Percent(k.Accuracy.Value),
                Cell.Percent(k.Accuracy.Interval.Low), Cell.Percent(k.Accuracy.Interval.High), Cell.Percent(k.WithoutAnswer.Value), Cell.Percent(k.CutOff.Value), Cell.Percent(k.Reasons.Value),
                Cell.Number(k.Lengths.Single(l => l.Name == "50%").Estimate.Value, 0)];
        }));
        var rows = models.Select((m, i) => Row(m.Name, m.Measured.Metrics.Accuracy, Series(i))).ToArray();
        return new Figure("accuracy", "Accuracy", "Mean over problems of the share of right responses. " + Intervals, data, IntervalChart.Draw("accuracy", "Accuracy of each model", "accuracy", rows, [], isShare: true));
    }

    /// <summary>pass@k and maj@k; null where every problem has one sample.</summary>
    public static Figure? PassAtK(IReadOnlyList<(string Name, MeasuredFolder Measured)> models)
    {
        var several = models.Where(m => m.Measured.Metrics.PassAtK.Count > 1).ToArray();
        if (several.Length == 0) return null;
        var data = DataTable.Of(["model", "measure", "k", "value", "low", "high"],
            from m in several
            from kind in new[] { (Name: "pass@k", Values: m.Measured.Metrics.PassAtK), (Name: "maj@k", Values: m.Measured.Metrics.MajorityAtK) }
            from e in kind.Values
            select (IReadOnlyList<Cell>)[Cell.Of(m.Name), Cell.Of(kind.Name), Cell.Count(K(e)), Cell.Percent(e.Estimate.Value), Cell.Percent(e.Estimate.Interval.Low), Cell.Percent(e.Estimate.Interval.High)]);
        var lines = several.Take(4).SelectMany((m, i) => new[]
        {
            Line(several.Length == 1 ? "pass@k" : m.Name + ", pass@k", m.Measured.Metrics.PassAtK, Series(2 * i)),
            Line(several.Length == 1 ? "maj@k" : m.Name + ", maj@k", m.Measured.Metrics.MajorityAtK, Series(2 * i + 1)),
        }).ToArray();
        double[] ks = [.. several.SelectMany(m => m.Measured.Metrics.PassAtK).Select(e => (double)K(e)).Distinct().Order()];
        return new Figure("pass-at-k", "Several samples", "pass@k: at least one of k samples is right (estimated without bias). maj@k: the most frequent answer of k samples is right. Whiskers are 95% intervals over problems."
            + (several.Length > 4 ? " The first four models are drawn." : ""), data, LineChart.Draw("pass-at-k", "pass@k and maj@k", "k", "share of problems", lines, isShare: true, ks));

        static ChartLine Line(string name, IReadOnlyList<NamedEstimate> values, ThemeColor color) =>
            new(name, [.. values.Select(e => ((double)K(e), e.Estimate.Value, (double?)e.Estimate.Interval.Low, (double?)e.Estimate.Interval.High))], color);

        static int K(NamedEstimate e) => int.Parse(e.Name, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Accuracy by benchmark, level and subject; null where the problems state none.</summary>
    public static Figure? ByPart(IReadOnlyList<(string Name, MeasuredFolder Measured)> models)
    {
        var parts = (from m in models.Select((m, i) => (m.Name, m.Measured.Metrics, Color: Series(i)))
                     from kind in new[] { (Name: "benchmark", Values: m.Metrics.MacroAverage is null ? [] : m.Metrics.ByBenchmark), (Name: "level", Values: m.Metrics.ByLevel), (Name: "subject", Values: m.Metrics.BySubject) }
                     where kind.Values.Count > 1
                     from e in kind.Values
                     select (m.Name, m.Color, Kind: kind.Name, Part: e)).ToArray();
        var macro = models.Where(m => m.Measured.Metrics.MacroAverage is not null).Select(m => (m.Name, Color: ThemeColor.Ink, Kind: "benchmark", Part: new NamedEstimate("macro average", m.Measured.Metrics.MacroAverage!)));
        parts = [.. parts, .. macro];
        if (parts.Length == 0) return null;
        var data = DataTable.Of(["model", "by", "part", "problems", "accuracy", "low", "high"], parts.Select(p => (IReadOnlyList<Cell>)
            [Cell.Of(p.Name), Cell.Of(p.Kind), Cell.Of(p.Part.Name), Cell.Count(p.Part.Estimate.Problems), Cell.Percent(p.Part.Estimate.Value), Cell.Percent(p.Part.Estimate.Interval.Low), Cell.Percent(p.Part.Estimate.Interval.High)]));
        var rows = parts.OrderBy(p => p.Kind, StringComparer.Ordinal).ThenBy(p => p.Part.Name, StringComparer.Ordinal).Take(60)
            .Select(p => Row(models.Count == 1 ? p.Part.Name : $"{p.Part.Name}, {p.Name}", p.Part.Estimate, p.Color)).ToArray();
        return new Figure("by-part", "Accuracy by part", "Accuracy by benchmark, level or subject, as the problems state them. " + Intervals, data,
            IntervalChart.Draw("by-part", "Accuracy by part of the problems", "accuracy", rows, [], isShare: true));
    }

    /// <summary>How responses end, and how long they are.</summary>
    public static Figure Outcomes(IReadOnlyList<(string Name, MeasuredFolder Measured)> models)
    {
        var kinds = Enum.GetValues<VerdictOutcome>();
        var data = DataTable.Of(["model", "responses", "right", "wrong", "no answer", "reference not understood", .. models[0].Measured.Metrics.Lengths.Select(l => $"tokens, {l.Name} quantile")], models.Select(m =>
        {
            var samples = m.Measured.Result.Samples;
            return (IReadOnlyList<Cell>)
            [
                Cell.Of(m.Name), Cell.Count(samples.Count), .. kinds.Select(k => Cell.Count(samples.Count(s => s.Outcome == k))),
                .. m.Measured.Metrics.Lengths.Select(l => Cell.Number(l.Estimate.Value, 0)),
            ];
        }));
        return new Figure("outcomes", "How responses end", "Counts of single responses by verdict, and quantiles of their length.", data);
    }

    /// <summary>Behaviours announced in the responses; null where there are no responses, or nothing was found.</summary>
    public static Figure? Behaviours(IReadOnlyList<(string Name, MeasuredFolder Measured)> models)
    {
        var kinds = Enum.GetValues<Behaviour>();
        var counted = models.Where(m => m.Measured.Responses.Count > 0).Select(m =>
        {
            var counts = m.Measured.Responses.Values.Select(BehaviourDetector.Count).ToArray();
            return (m.Name, Counts: kinds.Select(k => (Share: counts.Count(c => c[k] > 0) / (double)counts.Length, Mean: counts.Average(c => c[k]))).ToArray());
        }).ToArray();
        if (counted.All(m => m.Counts.All(c => c.Mean == 0))) return null;
        var data = DataTable.Of(["model", "behaviour", "responses that show it", "mean in a response"],
            from m in counted
            from k in kinds
            select (IReadOnlyList<Cell>)[Cell.Of(m.Name), Cell.Of(Words(k)), Cell.Percent(m.Counts[(int)k].Share), Cell.Number(m.Counts[(int)k].Mean, 2)]);
        var drawn = counted.Take(4).ToArray();
        var groups = kinds.Select(k => (Words(k), (IReadOnlyList<ChartBar>)[.. drawn.Select((m, i) => new ChartBar("", m.Counts[(int)k].Share, m.Counts[(int)k].Share, m.Counts[(int)k].Share, Series(i)))])).ToArray();
        return new Figure("behaviours", "Reasoning behaviours", "Share of responses whose wording announces a behaviour (figure 3b of the paper counts such). Found by fixed expressions over English text; it says what a text announces, not whether it does it well."
            + (counted.Length > 4 ? " The first four models are drawn." : ""), data,
            BarChart.Draw("behaviours", "Share of responses that show each behaviour", "share of responses", groups, new Dictionary<int, (string, double)>(), [.. drawn.Select((m, i) => (m.Name, Series(i)))]));
    }

    /// <summary>Paired differences between models measured alike; what could not be paired becomes a remark.</summary>
    public static Figure? Differences(IReadOnlyList<(string Name, MeasuredFolder Measured)> models, List<string> remarks)
    {
        var found = new List<PairedDifference>();
        for (var i = 0; i < models.Count; i++)
            for (var j = 0; j < i; j++)
                try
                {
                    found.Add(PairedDifference.Compute(models[i].Measured.Result with { Name = models[i].Name }, models[j].Measured.Result with { Name = models[j].Name }));
                }
                catch (ArgumentException e)
                {
                    remarks.Add($"{models[i].Name} and {models[j].Name} are not compared: {e.Message}");
                }
        if (found.Count == 0) return null;
        var data = DataTable.Of(["left", "right", "problems", "left minus right", "low", "high", "p", "p (Holm)", "smallest detectable"], PairedDifference.Family(found).Select(d => (IReadOnlyList<Cell>)
            [Cell.Of(d.Left), Cell.Of(d.Right), Cell.Count(d.Problems), Cell.Percent(d.Point), Cell.Percent(d.Interval.Low), Cell.Percent(d.Interval.High), Cell.Probability(d.PValue), Cell.Probability(d.AdjustedPValue),
                Cell.Percent(d.SmallestDetectable, "not defined")]));
        return new Figure("differences", "Paired differences", "Differences in accuracy on the same problems with 95% paired bootstrap intervals; p two-sided, corrected by Holm over this table. The smallest detectable difference is what these problems would have shown with 80% power.", data);
    }

    internal static ThemeColor Series(int i) => ThemeColor.Series1 + i % 7;

    private static ChartRow Row(string label, Estimate e, ThemeColor color) => new(label, e.Value, e.Interval.Low, e.Interval.High, Color: color);

    private static string Words(Behaviour kind) => kind switch
    {
        Behaviour.BackwardChaining => "backward chaining",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
