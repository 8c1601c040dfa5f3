using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Training;

/// <summary>How the examples of a step are laid out and go through the model; none of it changes what is learned.</summary>
/// <param name="MicroBatchTokens">Tokens that go through the model together, padding counted.</param>
/// <param name="Packed">Rows without padding, several samples each.</param>
/// <param name="Loss">What is minimised.</param>
/// <param name="Pass">How a batch goes through the model.</param>
internal sealed record UpdateSettings(int MicroBatchTokens, bool Packed = false, SftLoss Loss = SftLoss.Likelihood, PassOptions? Pass = null);

/// <summary>One optimizer step on a set of examples: micro-batches of like length, gradients added up, one update.</summary>
/// <remarks>The loss is the mean over all supervised tokens of the step, however they fall into micro-batches (as TRL counts).</remarks>
internal sealed class SupervisedUpdate(TrainingWeights weights, FlatAdamW optimizer, UpdateSettings settings, double maxGradientNorm)
{
    private readonly PassOptions pass = settings.Pass ?? new PassOptions();

    /// <summary>Runs the step.</summary>
    /// <returns>Mean loss per supervised token, and the gradient's norm before clipping.</returns>
    /// <exception cref="TrainingDivergedException">Loss or gradient is not a number; the weights are as they were before the step.</exception>
    public (double Loss, double GradientNorm) Run(IReadOnlyList<TrainingExample> examples, double learningRate, int step, CancellationToken cancellationToken)
    {
        var total = Accumulate(examples, step, cancellationToken);
        var norm = optimizer.ClipGradientNorm(maxGradientNorm);
        if (!double.IsFinite(norm)) throw Divergence.InGradients(weights.Master, step, total, norm, examples);
        optimizer.Step(learningRate);
        weights.Publish();
        return (total, norm);
    }

    /// <summary>Fills the masters' gradients with that of the mean loss over these examples.</summary>
    /// <returns>The mean loss per supervised token.</returns>
    public double Accumulate(IReadOnlyList<TrainingExample> examples, int step, CancellationToken cancellationToken)
    {
        var supervised = examples.Sum(e => e.ResponseIds.Length);
        var total = 0.0;
        weights.ClearGradients();
        foreach (var rows in ExampleBatch.Plan(examples, settings.MicroBatchTokens, settings.Packed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var micro = Array.ConvertAll(rows, i => examples[i]);
            using var batch = new ExampleBatch(micro, weights.Compute.Target.Device, settings.Packed);
            var loss = Descend(batch, 1.0 / supervised);
            if (!double.IsFinite(loss)) throw Divergence.InLoss(weights.Compute, micro, step, loss);
            weights.Collect();
            total += loss;
        }
        return total;
    }

    /// <summary>The mean loss over examples, without gradients.</summary>
    public double Evaluate(IReadOnlyList<TrainingExample> examples, CancellationToken cancellationToken)
    {
        using var quiet = no_grad();
        var total = 0.0;
        foreach (var rows in ExampleBatch.Plan(examples, settings.MicroBatchTokens, settings.Packed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = new ExampleBatch(Array.ConvertAll(rows, i => examples[i]), weights.Compute.Target.Device, settings.Packed);
            using var states = new SequencePass(weights.Compute, batch, checkpointing: false);
            total -= new ChunkedHead(weights.Compute, pass.HeadElements).Score(states.States, batch.Targets).LogProbs.sum().ToDouble();
        }
        return total / examples.Sum(e => (long)e.ResponseIds.Length);
    }

    private double Descend(ExampleBatch batch, double share)
    {
        var model = weights.Compute;
        if (settings.Loss == SftLoss.Likelihood && pass.UsesOneGraph(model, batch))
        {
            using Scalar factor = share;
            var loss = F.cross_entropy(batch.SupervisedLogits(model).to(ScalarType.Float32), batch.Targets, reduction: nn.Reduction.Sum).mul(factor);
            loss.backward();
            return loss.ToDouble();
        }
        using var states = new SequencePass(model, batch, pass.Checkpointing);
        var head = new ChunkedHead(model, pass.HeadElements, weights.MasterGradientOf(model.HeadMatrix));
        var (total, gradient) = head.Descend(states.States, batch.Targets, settings.Loss, share);
        if (double.IsFinite(total)) states.Backward(gradient, weights.MasterGradientOf(model.EmbeddingMatrix));
        return total;
    }
}
