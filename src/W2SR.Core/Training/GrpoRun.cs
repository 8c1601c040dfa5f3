using System.Security.Cryptography;
using System.Text.Json;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using static TorchSharp.torch;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace W2SR.Core.Training;

/// <summary>The loop over the steps of one GRPO run: rollouts, updates, health, checkpoints.</summary>
internal sealed class GrpoRun
{
    private const long LargeModel = 1 << 24;

    private readonly GrpoOptions options;
    private readonly IReadOnlyList<RewardPart> parts;
    private readonly IStudent student;
    private readonly IReadOnlyList<Problem> problems;
    private readonly ProblemDraw draw;
    private readonly GrpoHealth health;
    private readonly GrpoCost cost;
    private readonly List<TrainingStep> steps;
    private ProblemDrawState drawn;

    public GrpoRun(GrpoOptions options, IReadOnlyList<RewardPart> parts, IStudent student, IReadOnlyList<Problem> problems)
    {
        (this.options, this.parts, this.student, this.problems) = (options, parts, student, problems);
        draw = new ProblemDraw(problems, options.Seed, options.Rollouts.SettledProblemChance);
        drawn = draw.State;
        health = new GrpoHealth(options, parts);
        cost = new GrpoCost(student.Model.Config);
        steps = new List<TrainingStep>(options.Steps);
    }

    public TrainingRun Run(IProgress<TrainingStep>? progress, CancellationToken cancellationToken)
    {
        var model = student.Model;
        using var freed = new FreedMemory();
        // Before anything is restored: the reference is what the student was when the run began.
        using var reference = PolicyReference.For(model, options.Loss);
        var identity = options.State is null ? [] : Identity();
        using var weights = new TrainingWeights(model);
        using var optimizer = new FlatAdamW(weights.Master, options.Optimizer);
        using var store = options.State is null ? null : new TrainingStateStore(options.State, identity, weights.Master, optimizer);
        var before = Restore(store, weights);
        using var metrics = options.MetricsFile is null ? null : new MetricsFile(options.MetricsFile, steps.Count);
        var collector = new RolloutCollector(student, options, parts, draw);
        var learner = new GrpoStep(options, weights, reference, optimizer);
        var clock = Stopwatch.StartNew();
        try
        {
            while (steps.Count < options.Steps)
            {
                var step = Step(collector, learner, cancellationToken) with { Elapsed = before + clock.Elapsed };
                steps.Add(step);
                drawn = draw.State;
                metrics?.Append(step);
                progress?.Report(step);
                if (store is not null && (step.Step % options.State!.EverySteps == 0 || step.Step == options.Steps)) store.Save(State(optimizer));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or RewardFailedException && store is not null && steps.Count > 0)
        {
            store.Save(State(optimizer)); // the weights are those of the last whole step
            throw;
        }
        return new TrainingRun
        {
            Steps = steps,
            TokensTrained = cost.Trained,
            TokensGenerated = cost.Generated,
            Flops = cost.Flops,
            Elapsed = before + clock.Elapsed,
            Findings = [.. store?.Findings ?? [], .. health.Conclude()],
        };
    }

    private TrainingStep Step(RolloutCollector collector, GrpoStep learner, CancellationToken cancellationToken)
    {
        var rollouts = collector.Collect(steps.Count, cancellationToken);
        // A large model's cache is gone by now; the update asks for other shapes, and would come on top of what was freed.
        if (student.Model.Parameters.Layout.Count >= LargeModel) TorchRuntime.ReturnFreedMemory();
        var costBefore = cost.State;
        cost.CountRollouts(rollouts.All);
        var statistics = RolloutStatistics.Of(rollouts, parts, options.GroupSize, collector.IsUniform);
        try
        {
            var step = learner.Take(rollouts, statistics, steps.Count, cost, cancellationToken);
            return step with { Warnings = [.. rollouts.Failures, .. health.Observe(step)] };
        }
        catch (OperationCanceledException)
        {
            cost.State = costBefore;
            throw;
        }
    }

    private TimeSpan Restore(TrainingStateStore? store, TrainingWeights weights)
    {
        if (store?.Resume() is not { } state) return TimeSpan.Zero;
        foreach (var step in state.Steps)
        {
            steps.Add(step);
            health.Observe(step);
        }
        draw.State = drawn = state.Draw!;
        cost.State = (state.Steps.Sum(s => (long)s.Tokens), state.TokensTrained, state.Flops);
        weights.Publish();
        return steps.Count == 0 ? TimeSpan.Zero : steps[^1].Elapsed;
    }

    private TrainingState State(FlatAdamW optimizer) => new()
    {
        Step = steps.Count,
        OptimizerSteps = optimizer.Steps,
        Draw = drawn,
        Identity = new Dictionary<string, string>(),
        Files = new Dictionary<string, string>(),
        Steps = steps,
        TokensTrained = cost.Trained,
        Flops = cost.Flops,
        BestStep = 0,
        PoorMeasurements = 0,
    };

    /// <summary>Everything that the result depends on; where a run is written, and how often, is not among it.</summary>
    private Dictionary<string, string> Identity()
    {
        var identity = JsonSerializer.SerializeToElement(options with { State = null, MetricsFile = null }, W2srJson.Line)
            .EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetRawText());
        identity["rewards"] = string.Join(", ", parts.Select(p => FormattableString.Invariant($"{p.Name} x {p.Weight}{(p.Verifier is { } v ? $" by {v.Name}" : "")}")));
        identity["data"] = ContentHash.OfText(string.Join('\n', problems.Select(p => $"{p.Id}\t{p.Question}\t{p.Answer}")));
        identity["model"] = ContentHash.OfValue(student.Model.Config);
        // The penalty measures from the very weights that the run began with, and an adapter sits on them.
        if (options.Loss.Beta > 0 || student.Model.Adapter is not null)
        {
            identity["start"] = Hash(student.Model.Parameters.Values);
            if (student.Model.Adapter is { } adapter) identity["adapter"] = Hash(adapter.Parameters.Values);
        }
        return identity;
    }

    private static string Hash(Tensor values)
    {
        using var scope = NewDisposeScope();
        return Convert.ToHexStringLower(SHA256.HashData(values.cpu().bytes))[..16];
    }
}
