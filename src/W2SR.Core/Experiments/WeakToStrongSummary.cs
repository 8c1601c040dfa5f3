using W2SR.Core.Evaluation;
using W2SR.Core.Problems;
using W2SR.Core.Verification;

namespace W2SR.Core.Experiments;

/// <summary>Makes the result from the records of a run whose stages are all done.</summary>
internal static class WeakToStrongSummary
{
    public static WeakToStrongResults Of(WeakToStrongOptions options, RunFolder run)
    {
        StageRecord Record(string stage) => run.Find<StageRecord>(stage) ?? throw new InvalidOperationException($"Stage '{stage}' is not done.");
        var names = WeakToStrongNames.Models;
        var temperatures = WeakToStrongNames.Temperatures(options);
        var problems = WeakToStrongNames.TestProblems(options, new RouteWorld(options.World));
        var longRoutes = problems.Where(p => p.Level >= 3).Select(p => p.Id).ToHashSet();
        EvaluationResult Result(string name, int t) => Record(WeakToStrongNames.MeasuringStage(name)).Evaluations[t];
        ModelRow Row(string name, int t)
        {
            var (result, made) = (Result(name, t), Record(WeakToStrongNames.TrainingStage(name)));
            var interval = result.AccuracyInterval();
            var distant = result.Samples.Where(s => longRoutes.Contains(s.ProblemId)).Select(s => s.Outcome == VerdictOutcome.Correct ? 1.0 : 0).DefaultIfEmpty(0).Average();
            return new ModelRow(name, result.Accuracy(), interval.Low, interval.High, distant, result.ReasoningShare(), result.MeanLength(), made.Seconds, made.Flops);
        }
        RgrRow Recovered(string variant, int t)
        {
            var rgr = RgrMetric.Compute(Result("student", t), Result(WeakToStrongNames.StudentOf(variant), t), Result("RL student", t), options.Seed);
            return new RgrRow(variant, rgr.Point, rgr.Interval?.Low, rgr.Interval?.High, rgr.UndefinedBecause);
        }
        DifferenceRow Against(string left)
        {
            var d = PairedDifference.Compute(Result(left, 0), Result("format-only student", 0), options.Seed);
            return new DifferenceRow(left, "format-only student", d.Point, d.Interval.Low, d.Interval.High);
        }
        CostRatios Costs(Func<StageRecord, double> of)
        {
            double rl = of(Record("RL student")), sft = of(Record("student W2SR")), traces = of(Record("traces W2SR")), teacher = of(Record("teacher"));
            return new CostRatios(rl / sft, rl / (sft + traces), rl / (sft + traces + teacher));
        }
        var models = names.Select(n => Row(n, 0)).ToArray();
        var rgrRows = WeakToStrongNames.Variants.Select(v => Recovered(v, 0)).ToArray();
        DifferenceRow[] differences = [Against("W2SR"), Against("W2SR-P"), Against("W2SR-N")];
        var cost = Costs(r => r.Flops);
        var (confirmed, not) = WeakToStrongClaims.Judge(models, rgrRows, differences, cost);
        return new WeakToStrongResults
        {
            Version = WeakToStrongExperiment.Version,
            Seed = options.Seed,
            Settings = options,
            Models = models,
            Rgr = rgrRows,
            Differences = differences,
            Cost = cost,
            CostSeconds = Costs(r => r.Seconds),
            Confirmed = confirmed,
            NotConfirmed = not,
            OtherTemperatures = [.. Enumerable.Range(1, temperatures.Length - 1).Select(t => new TemperatureRow(temperatures[t], [.. names.Select(n => Row(n, t))], [.. WeakToStrongNames.Variants.Select(v => Recovered(v, t))]))],
        };
    }
}
