using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Experiments.Stages;
using W2SR.Core.Models;

namespace W2SR.Core.Experiments.Planning;

/// <summary>Looks at an experiment and its cache and says what is left to do. Times come from stages that were done, or else from a short measurement of each model.</summary>
internal sealed class ExperimentPlanner(ExperimentGraph graph, StageCache cache, Func<DecoderConfig, SpeedProbe>? measure)
{
    private readonly Dictionary<DecoderConfig, SpeedProbe> probes = [];
    private readonly List<StageRecord> done = Records(cache.Folder);
    private int fromDone, fromProbe;

    public ExperimentPlan Plan()
    {
        var stages = graph.Stages.Select(Planned).ToArray();
        var workers = graph.Task.Parallelism.Workers;
        var basis = (fromDone, fromProbe) switch
        {
            (0, 0) => "nothing is left to do, or nothing tells how fast this machine is",
            (_, 0) => "the speed of stages that were done here",
            (0, _) => "a short measurement of each model on this machine",
            _ => "the speed of stages that were done here, and a short measurement of the other models",
        };
        return new ExperimentPlan(stages, workers, Simulate(stages, workers), basis) { Assumptions = graph.Assumptions([.. stages.Where(s => !s.IsKept).Select(s => s.Kind).Distinct()]) };
    }

    private PlannedStage Planned(Stage stage)
    {
        var (kept, shape) = (cache.Find(stage), graph.ShapeOf(stage));
        var estimate = stage.Kind == StageKind.Checkpoint ? default : stage.Estimate(shape);
        return new PlannedStage
        {
            Name = stage.Name,
            Kind = stage.Kind,
            Seed = stage.Seed,
            Key = stage.Key,
            IsKept = kept is not null || stage.Kind == StageKind.Checkpoint,
            Parameters = new ParameterLayout(shape).Count,
            TokensGenerated = kept?.Outcome.TokensGenerated ?? estimate.TokensGenerated,
            TokensTrained = kept?.Outcome.TokensTrained ?? estimate.TokensTrained,
            Flops = kept?.Outcome.Flops ?? estimate.Flops,
            Seconds = kept?.Seconds ?? (stage.Kind == StageKind.Checkpoint ? 0 : Expect(stage.Kind, shape, estimate)),
        };
    }

    private double? Expect(StageKind kind, DecoderConfig shape, StageEstimate estimate)
    {
        var parameters = new ParameterLayout(shape).Count;
        // The same kind of stage of the same model size is the best witness.
        var like = done.FindAll(r => r.Kind == kind && r.Outcome.Parameters == parameters && r.Outcome.Flops > 0 && r.Seconds > 0);
        if (like.Count > 0)
        {
            fromDone++;
            return estimate.Flops * like.Sum(r => r.Seconds) / like.Sum(r => r.Outcome.Flops);
        }
        if (measure is null) return null;
        fromProbe++;
        if (!probes.TryGetValue(shape, out var probe)) probes[shape] = probe = measure(shape);
        return estimate.TokensGenerated / probe.TokensGeneratedPerSecond + estimate.TokensTrained / probe.TokensTrainedPerSecond;
    }

    /// <summary>Takes the stages up as the schedule does, in time that is counted instead of waited for.</summary>
    private double? Simulate(PlannedStage[] stages, int workers)
    {
        if (stages.Any(s => !s.IsKept && s.Seconds is null)) return null;
        var ends = graph.Stages.Zip(stages).Where(p => p.Second.IsKept).ToDictionary(p => p.First.Key, _ => 0.0, StringComparer.Ordinal);
        var left = graph.Stages.Zip(stages).Where(p => !p.Second.IsKept).ToList();
        var free = new double[workers];
        while (left.Count > 0)
        {
            var worker = Array.IndexOf(free, free.Min());
            // The first in order that could begin now; when none can, the one that can begin soonest.
            double Ready(Stage s) => s.Needs.Select(n => ends.GetValueOrDefault(n.Key, double.PositiveInfinity)).DefaultIfEmpty(0).Max();
            var next = left.Find(p => Ready(p.First) <= free[worker]) is { First: not null } now ? now : left.MinBy(p => Ready(p.First));
            free[worker] = Math.Max(free[worker], Ready(next.First)) + next.Second.Seconds!.Value;
            ends[next.First.Key] = free[worker];
            left.Remove(next);
        }
        return ends.Count == 0 ? 0 : ends.Values.Max();
    }

    private static List<StageRecord> Records(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        var records = new List<StageRecord>();
        foreach (var file in Directory.EnumerateFiles(folder, "stage.json", SearchOption.AllDirectories))
            try
            {
                if (JsonSerializer.Deserialize<StageRecord>(File.ReadAllBytes(file), W2srJson.Line) is { } record) records.Add(record);
            }
            catch (JsonException)
            {
                // Only a witness of speed; a damaged record of a stage that is needed is named where that stage is looked up.
            }
        return records;
    }
}
