using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>How a batch goes through the model.</summary>
/// <param name="Checkpointing">Keep only the blocks' inputs, and compute the blocks again on the way back.</param>
/// <param name="HeadElements">Logits that exist at a time, at most.</param>
/// <param name="OneGraph">One autograd graph from ids to log-probs; null for models so small that fewer calls are quicker.</param>
internal sealed record PassOptions(bool Checkpointing = false, long HeadElements = ChunkedHead.DefaultChunkElements, bool? OneGraph = null)
{
    // Below this the head's logits and the embedding's gradient are small change, and calls cost more than they save.
    private const long SmallEmbedding = 1L << 18;

    /// <summary>Whether one graph is used for this model and batch.</summary>
    public bool UsesOneGraph(CausalLm model, ExampleBatch batch) =>
        OneGraph ?? (!Checkpointing && batch.Segments is null && (long)model.Config.VocabularySize * model.Config.HiddenSize <= SmallEmbedding);
}

/// <summary>
/// Log-probs of a batch's supervised tokens, for any loss on them: compute the loss from <see cref="LogProbs"/>, call its <c>backward</c>,
/// then <see cref="Backward"/> here, which takes the gradient on to the weights. <c>[B, T, V]</c> never exists.
/// </summary>
internal sealed class TokenScores : IDisposable
{
    private readonly ExampleBatch batch;
    private readonly double temperature;
    private readonly SequencePass? pass;
    private readonly ChunkedHead head;

    /// <summary>Runs forward.</summary>
    /// <param name="model">Gradients enabled, unless called within <c>no_grad</c> for values alone.</param>
    /// <param name="batch">Borrowed until the scores are disposed.</param>
    /// <param name="temperature">Logits are divided by it.</param>
    /// <param name="entropy">Whether <see cref="Entropies"/> are filled, and whether a loss may be computed from them.</param>
    /// <param name="options">How the batch goes through the model; null for the defaults.</param>
    public TokenScores(CausalLm model, ExampleBatch batch, double temperature = 1, EntropyUse entropy = EntropyUse.None, PassOptions? options = null)
    {
        options ??= new PassOptions();
        (this.batch, this.temperature) = (batch, temperature);
        head = new ChunkedHead(model, options.HeadElements);
        using var scope = NewDisposeScope();
        if (options.UsesOneGraph(model, batch))
        {
            var logits = batch.SupervisedLogits(model).to(ScalarType.Float32).Over(temperature);
            var all = logits.log_softmax(-1);
            LogProbs = all.gather(1, batch.Targets.unsqueeze(1)).squeeze(1).DetachFromDisposeScope();
            if (entropy == EntropyUse.Trained) Entropies = (-(all.exp() * all).sum(1)).DetachFromDisposeScope();
            else if (entropy == EntropyUse.Measured) Entropies = RowEntropy.Of(all).DetachFromDisposeScope();
            return;
        }
        pass = new SequencePass(model, batch, options.Checkpointing);
        var (logProbs, entropies) = head.Score(pass.States, batch.Targets, temperature, entropy != EntropyUse.None);
        LogProbs = logProbs.requires_grad_(is_grad_enabled()).DetachFromDisposeScope();
        Entropies = entropies?.requires_grad_(entropy == EntropyUse.Trained && is_grad_enabled()).DetachFromDisposeScope();
    }

    /// <summary>Forward and back in one pass, for losses whose gradient by each log-prob is known beforehand: the head is computed once instead of twice.</summary>
    /// <param name="weights">Get the gradient.</param>
    /// <param name="batch">Borrowed.</param>
    /// <param name="gradient"><c>[S]</c>: of the loss by each log-prob.</param>
    /// <param name="temperature">Logits are divided by it.</param>
    /// <param name="options">How the batch goes through the model; not as one graph.</param>
    /// <returns>Log-probs and entropies <c>[S]</c>, without a graph, in the caller's dispose scope. With NaN among the log-probs the weights get no gradient.</returns>
    public static (Tensor LogProbs, Tensor Entropies) Descend(TrainingWeights weights, ExampleBatch batch, Tensor gradient, double temperature, PassOptions options)
    {
        var model = weights.Compute;
        using var pass = new SequencePass(model, batch, options.Checkpointing);
        var (logProbs, entropies, statesGradient) = new ChunkedHead(model, options.HeadElements, weights.MasterGradientOf(model.HeadMatrix)).ScoreAndDescend(pass.States, batch.Targets, gradient, temperature);
        if (double.IsFinite(logProbs.sum().ToDouble())) pass.Backward(statesGradient, weights.MasterGradientOf(model.EmbeddingMatrix));
        return (logProbs, entropies);
    }

    /// <summary><c>[S]</c> float32 (float64 for float64 models); the loss is computed from it.</summary>
    public Tensor LogProbs { get; }

    /// <summary><c>[S]</c>: entropy of each distribution in nats; null unless asked for, without a graph unless it is trained.</summary>
    public Tensor? Entropies { get; }

    /// <summary>Takes the gradients that the loss left at <see cref="LogProbs"/> and <see cref="Entropies"/> on to the weights. Nothing is left to do where one graph was used.</summary>
    public void Backward()
    {
        if (pass is null) return;
        using var scope = NewDisposeScope();
        pass.Backward(head.Backward(pass.States, batch.Targets, LogProbs.grad!, temperature, Entropies?.grad));
    }

    public void Dispose()
    {
        pass?.Dispose();
        LogProbs.Dispose();
        Entropies?.Dispose();
    }
}
