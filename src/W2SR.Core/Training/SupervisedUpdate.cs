using TorchSharp;
using W2SR.Core.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Training;

/// <summary>One optimizer step on a set of examples: micro-batches of like length, gradients added up, one update.</summary>
/// <remarks>The loss is the mean over all supervised tokens of the step, however they fall into micro-batches (as TRL counts).</remarks>
internal sealed class SupervisedUpdate(CausalLm model, FlatAdamW optimizer, int microBatchTokens, double maxGradientNorm)
{
    /// <summary>Runs the step.</summary>
    /// <returns>Mean loss per supervised token, and the gradient's norm before clipping.</returns>
    /// <exception cref="TrainingDivergedException">Loss or gradient is not a number; the weights are as they were before the step.</exception>
    public (double Loss, double GradientNorm) Run(IReadOnlyList<TrainingExample> examples, double learningRate, int step, CancellationToken cancellationToken)
    {
        var supervised = examples.Sum(e => e.ResponseIds.Length);
        var total = 0.0;
        using Scalar share = 1.0 / supervised;
        model.Parameters.ClearGradients();
        foreach (var rows in ExampleBatch.Plan(examples, microBatchTokens))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = new ExampleBatch(Array.ConvertAll(rows, i => examples[i]), model.Target.Device);
            var logits = batch.SupervisedLogits(model).to(ScalarType.Float32);
            var loss = F.cross_entropy(logits, batch.Targets, reduction: nn.Reduction.Sum).mul(share);
            loss.backward();
            total += loss.ToDouble();
        }
        var norm = optimizer.ClipGradientNorm(maxGradientNorm);
        if (!double.IsFinite(total) || !double.IsFinite(norm))
            throw new TrainingDivergedException(step, total, norm);
        optimizer.Step(learningRate);
        return (total, norm);
    }
}
