using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>How a policy update goes through the model.</summary>
/// <param name="Temperature">Of the rollouts, and so of the log-probs that are trained.</param>
/// <param name="MaxGradientNorm">Gradients are scaled down to this norm.</param>
/// <param name="IsOnPolicy">True when the weights still are those that wrote the responses: ratios are then 1 by definition.</param>
/// <param name="Pass">How a batch goes through the model.</param>
internal sealed record PolicyUpdateSettings(double Temperature, double MaxGradientNorm, bool IsOnPolicy, PassOptions Pass);

/// <summary>One optimizer step on rollouts: micro-batches, gradients added up, one update.</summary>
internal sealed class PolicyUpdate(
    TrainingWeights weights, PolicyReference? reference, FlatAdamW optimizer, PolicyLossOptions options, PolicyUpdateSettings settings)
{
    private readonly PolicyLoss objective = new(options);

    /// <summary>Runs the step.</summary>
    /// <exception cref="TrainingDivergedException">Loss or gradient is not a number; the weights are as they were before the step.</exception>
    public PolicyUpdateResult Run(IReadOnlyList<PolicyMicroBatch> microBatches, double learningRate, int step, CancellationToken cancellationToken)
    {
        var (micros, mismatch) = Accumulate(microBatches, step, cancellationToken);
        var loss = micros.Sum(m => m.Loss);
        var norm = optimizer.ClipGradientNorm(settings.MaxGradientNorm);
        if (!double.IsFinite(norm))
            throw Divergence.InGradients(weights.Master, step, loss, norm, [.. microBatches.SelectMany(m => m.Samples).Select(s => s.Example)]);
        optimizer.Step(learningRate);
        weights.Publish();
        return new PolicyUpdateResult(loss, norm, micros, mismatch);
    }

    /// <summary>Fills the masters' gradients with that of the loss.</summary>
    public (List<(double Loss, PolicyLossMetrics Metrics)> Micros, LogProbMismatch Mismatch) Accumulate(
        IReadOnlyList<PolicyMicroBatch> microBatches, int step, CancellationToken cancellationToken)
    {
        weights.ClearGradients();
        var micros = new List<(double, PolicyLossMetrics)>(microBatches.Count);
        var mismatch = default(LogProbMismatch);
        foreach (var micro in microBatches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (loss, metrics, difference) = Descend(micro);
            if (!double.IsFinite(loss)) throw Divergence.InLoss(weights.Compute, [.. micro.Samples.Select(s => s.Example)], step, loss);
            weights.Collect();
            micros.Add((loss, metrics));
            mismatch = mismatch.And(difference);
        }
        return (micros, mismatch);
    }

    /// <summary>The trainer's own log-probs of responses under the weights as they are.</summary>
    public float[][] Score(IReadOnlyList<TrainingExample> examples, int microBatchTokens, CancellationToken cancellationToken)
    {
        var result = new float[examples.Count][];
        foreach (var rows in ExampleBatch.Plan(examples, microBatchTokens))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            using var batch = new ExampleBatch(Array.ConvertAll(rows, i => examples[i]), weights.Compute.Target.Device);
            using var scores = new TokenScores(weights.Compute, batch, settings.Temperature, options: settings.Pass);
            var all = scores.LogProbs.to(ScalarType.Float32).cpu().data<float>().ToArray();
            var at = 0;
            foreach (var row in rows)
            {
                result[row] = all[at..(at + examples[row].ResponseIds.Length)];
                at += examples[row].ResponseIds.Length;
            }
        }
        return result;
    }

    private (double Loss, PolicyLossMetrics Metrics, LogProbMismatch Mismatch) Descend(PolicyMicroBatch micro)
    {
        var samples = micro.Samples;
        var device = weights.Compute.Target.Device;
        using var batch = new ExampleBatch([.. samples.Select(s => s.Example)], device);
        if (settings.IsOnPolicy && reference is null && options.IsKnownOnPolicy && !settings.Pass.UsesOneGraph(weights.Compute, batch)) return DescendOnPolicy(micro, batch);
        using var scores = new TokenScores(weights.Compute, batch, settings.Temperature, options.EntropyBonus > 0 ? EntropyUse.Trained : EntropyUse.Measured, settings.Pass);
        var type = scores.LogProbs.dtype;
        Tensor Rows(Func<PolicySample, float[]> values) => batch.ToRows(tensor(samples.SelectMany(values).ToArray(), device: device).to(type));
        var logProbs = batch.ToRows(scores.LogProbs);
        using var referenceScores = reference?.Score(batch, settings.Temperature, settings.Pass);
        var mask = batch.ToRows(ones(batch.SupervisedTokens, type, device));
        var sampler = Rows(s => s.SamplerLogProbs);
        var old = settings.IsOnPolicy && options.SamplerCorrection is null ? null : Rows(s => s.OldLogProbs);
        var (loss, metrics) = objective.Compute(new PolicyTensors
        {
            LogProbs = logProbs,
            OldLogProbs = old,
            ReferenceLogProbs = referenceScores is null ? null : batch.ToRows(referenceScores.LogProbs),
            Entropies = batch.ToRows(scores.Entropies!),
            Advantages = tensor(samples.Select(s => (float)s.Advantage).ToArray(), device: device).to(type),
            LossMask = mask,
            SamplerLogProbs = sampler,
            SamplerRatio = options.SamplerCorrection is { } correction ? SamplerCorrection.Ratio(old!, sampler, mask, correction) : null,
        }, micro.Scale);
        var mismatch = Mismatch(logProbs, sampler, batch);
        var value = loss.ToDouble();
        if (double.IsFinite(value))
        {
            loss.backward();
            scores.Backward();
        }
        return (value, metrics, mismatch);
    }

    /// <summary>
    /// One update on fresh responses: every ratio is 1, so the loss's gradient by a log-prob does not depend on the log-prob. It is taken at a stand-in
    /// of zeros, and then one pass through the head does what takes two elsewhere.
    /// </summary>
    private (double Loss, PolicyLossMetrics Metrics, LogProbMismatch Mismatch) DescendOnPolicy(PolicyMicroBatch micro, ExampleBatch batch)
    {
        var samples = micro.Samples;
        var device = weights.Compute.Target.Device;
        var type = weights.Compute.Target.Dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var standIn = zeros(batch.SupervisedTokens, type, device).requires_grad_(true);
        var (loss, metrics) = objective.Compute(new PolicyTensors
        {
            LogProbs = batch.ToRows(standIn),
            Advantages = tensor(samples.Select(s => (float)s.Advantage).ToArray(), device: device).to(type),
            LossMask = batch.ToRows(ones(batch.SupervisedTokens, type, device)),
        }, micro.Scale);
        loss.backward();
        var (logProbs, entropies) = TokenScores.Descend(weights, batch, standIn.grad!, settings.Temperature, settings.Pass);
        var sampler = tensor(samples.SelectMany(s => s.SamplerLogProbs).ToArray(), device: device).to(type);
        var mismatch = Mismatch(logProbs, sampler, batch);
        var isSound = double.IsFinite(mismatch.Sum);
        return (isSound ? loss.ToDouble() : double.NaN, metrics with { Entropy = entropies.mean().ToDouble() }, mismatch);
    }

    private static LogProbMismatch Mismatch(Tensor logProbs, Tensor sampler, ExampleBatch batch)
    {
        using var quiet = no_grad();
        var difference = logProbs.Minus(sampler).abs();
        return new LogProbMismatch(difference.sum().ToDouble(), difference.max().ToDouble(), batch.SupervisedTokens);
    }
}
