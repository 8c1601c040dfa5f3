using Stopwatch = System.Diagnostics.Stopwatch;

namespace W2SR.Core.Training;

/// <summary>The updates of one step on its rollouts.</summary>
internal sealed class GrpoStep
{
    private readonly GrpoOptions options;
    private readonly PolicyUpdate update;
    private readonly LearningRateSchedule schedule;
    private readonly bool hasReference, isOnPolicy;

    public GrpoStep(GrpoOptions options, TrainingWeights weights, PolicyReference? reference, FlatAdamW optimizer)
    {
        this.options = options;
        hasReference = reference is not null;
        // One update on fresh rollouts: the policy that wrote them is this very one, so its log-probs need no second opinion.
        isOnPolicy = options.OptimizerStepsPerStep == 1;
        update = new PolicyUpdate(weights, reference, optimizer, options.Loss, new PolicyUpdateSettings(
            options.Temperature, options.MaxGradientNorm, isOnPolicy, new PassOptions(options.GradientCheckpointing)));
        schedule = new LearningRateSchedule(options.Schedule, options.Steps * options.OptimizerStepsPerStep, options.WarmupRatio);
    }

    /// <summary>Learns from the rollouts.</summary>
    /// <param name="rollouts">What was written.</param>
    /// <param name="statistics">What it was like.</param>
    /// <param name="step">Counted from 0.</param>
    /// <param name="cost">Told what went through the model.</param>
    /// <param name="cancellationToken">Stops between the micro-batches of the first update.</param>
    public TrainingStep Take(RolloutBatch rollouts, RolloutMetrics statistics, int step, GrpoCost cost, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var trainedBefore = cost.Trained;
        var samples = Samples(rollouts.Kept, cost, cancellationToken);
        double loss = 0, norm = 0, rate = 0;
        var results = new List<PolicyUpdateResult>();
        var perUpdate = rollouts.Kept.Length / options.UpdatesPerStep;
        for (var u = 0; u < options.OptimizerStepsPerStep; u++)
        {
            rate = options.LearningRate * schedule.Multiplier(step * options.OptimizerStepsPerStep + u);
            var start = u % options.UpdatesPerStep * perUpdate;
            var micros = Cut(rollouts.Kept, samples, start, perUpdate);
            if (micros.Count == 0) continue;
            foreach (var micro in micros) cost.CountPasses([.. micro.Samples.Select(s => s.Example)], hasReference ? 4 : 3, trains: true);
            // A step of several updates is whole or not there: stopping between them would leave weights that no checkpoint and no step stands for.
            var result = update.Run(micros, rate, step + 1, u == 0 ? cancellationToken : CancellationToken.None);
            results.Add(result);
            loss += result.Loss / options.OptimizerStepsPerStep;
            norm = Math.Max(norm, result.GradientNorm);
        }
        var everything = new PolicyUpdateResult(loss, norm, [.. results.SelectMany(r => r.Micros)], default);
        var reward = rollouts.All.Select(r => r.Reward).Where(r => !double.IsNaN(r)).DefaultIfEmpty(double.NaN).Average();
        return new TrainingStep
        {
            Step = step + 1,
            TotalSteps = options.Steps,
            Loss = loss,
            LearningRate = rate,
            GradientNorm = norm,
            Tokens = rollouts.All.Sum(r => r.Example.ResponseIds.Length),
            Reward = double.IsNaN(reward) ? null : reward,
            UniformGroups = statistics.UniformLowGroups + statistics.UniformHighGroups,
            Kl = hasReference ? everything.Mean(m => m.Kl) ?? 0 : null,
            Rollouts = statistics with
            {
                Entropy = everything.Mean(m => m.Entropy),
                ClippedLow = everything.Mean(m => m.ClippedLow),
                ClippedHigh = everything.Mean(m => m.ClippedHigh),
                SamplerMismatch = results.Count == 0 ? null : results[0].Mismatch.Mean,
                LargestSamplerMismatch = results.Count == 0 ? null : results[0].Mismatch.Max,
                UpdateTokensPerSecond = (cost.Trained - trainedBefore) / Math.Max(1e-9, clock.Elapsed.TotalSeconds),
            },
            Elapsed = TimeSpan.Zero,
        };
    }

    private PolicySample[] Samples(Rollout[] rollouts, GrpoCost cost, CancellationToken cancellationToken)
    {
        PolicySample[] samples = [.. rollouts.Select(r => new PolicySample(r.Example, r.Advantage, r.LogProbs))];
        if (options.Loss.SamplerCorrection is null) return samples;
        TrainingExample[] examples = [.. rollouts.Select(r => r.Example)];
        var scores = update.Score(examples, options.MicroBatchTokens, cancellationToken);
        cost.CountPasses(examples, 1, trains: false);
        return [.. samples.Select((s, i) => s with { OldLogProbs = scores[i] })];
    }

    /// <summary>The micro-batches of one update. Averages run over the whole of it, also over responses that are left out because nothing would come of them.</summary>
    private List<PolicyMicroBatch> Cut(Rollout[] rollouts, PolicySample[] samples, int start, int count)
    {
        var part = Enumerable.Range(start, count).ToArray();
        // Without a penalty, a response of advantage zero has gradient zero: it costs time and changes nothing.
        var live = part.Where(i => rollouts[i].Trains && (options.Loss.NeedsEveryResponse || rollouts[i].Advantage != 0)).ToArray();
        var tokens = part.Where(i => rollouts[i].Trains).Sum(i => rollouts[i].Example.ResponseIds.Length);
        var micros = new List<PolicyMicroBatch>();
        foreach (var rows in ExampleBatch.Plan([.. live.Select(i => rollouts[i].Example)], options.MicroBatchTokens))
        {
            PolicySample[] chosen = [.. rows.Select(r => samples[live[r]])];
            var own = chosen.Sum(s => s.Example.ResponseIds.Length);
            micros.Add(new PolicyMicroBatch(chosen, new PolicyLossScale(count, tokens, options.MaxNewTokens, (double)own / tokens)));
        }
        return micros;
    }
}
