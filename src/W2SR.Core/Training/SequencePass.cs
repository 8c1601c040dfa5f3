using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>
/// One batch forward through the blocks, and back. The embedding's gradient is added row by row where it lies, never as a matrix of its
/// own. With checkpointing only each block's input is kept, and the block is computed again on the way back.
/// </summary>
internal sealed class SequencePass : IDisposable
{
    private readonly CausalLm model;
    private readonly ExampleBatch batch;
    private readonly bool checkpointing;
    private readonly SequenceLayout layout;
    private readonly KeptTensors kept = new();
    private readonly Tensor[] inputs;
    private readonly Tensor selected;
    private readonly BlockPass[]? passes; // null: libtorch's graph carries all
    private readonly Tensor? top; // what the last of the passes gave, where the head's gradient arrives

    /// <summary>Runs forward.</summary>
    /// <param name="model">Gradients enabled, unless only <see cref="States"/> are wanted.</param>
    /// <param name="batch">Borrowed until the pass is disposed.</param>
    /// <param name="checkpointing">Less memory for about a third more time.</param>
    public SequencePass(CausalLm model, ExampleBatch batch, bool checkpointing)
    {
        (this.model, this.batch, this.checkpointing) = (model, batch, checkpointing);
        using var scope = NewDisposeScope();
        layout = batch.Segments is { } segments ? model.LayOutPacked(segments) : model.LayOut(batch.Ids.shape[1]);
        kept.Keep(layout.Cosines);
        kept.Keep(layout.Sines);
        var blocks = model.Blocks;
        inputs = new Tensor[checkpointing ? blocks.Count + 1 : 1];
        Tensor x;
        using (no_grad()) x = kept.Keep(model.Embed(batch.Ids));
        inputs[0] = x;
        if (BlockPass.Suits(model))
        {
            passes = new BlockPass[blocks.Count];
            for (var i = 0; i < passes.Length; i++)
            {
                var step = new BlockPass(blocks[i], x, layout);
                if (!checkpointing && is_grad_enabled())
                {
                    x = (passes[i] = step).Output;
                    continue;
                }
                var next = kept.Keep(step.Output.detach());
                step.Dispose();
                if (checkpointing) inputs[i + 1] = next;
                else kept.Release(x); // nothing comes back to it
                x = next;
            }
            top = x = kept.Keep(x.detach());
            x.requires_grad_(is_grad_enabled());
        }
        else if (checkpointing)
        {
            using (no_grad())
                for (var i = 0; i < blocks.Count; i++) inputs[i + 1] = x = kept.Keep(Step(blocks[i], x));
            x.requires_grad_(true);
        }
        else
        {
            if (EmbeddingTrains) x.requires_grad_(true);
            foreach (var block in blocks) x = Step(block, x);
        }
        // Only what trains is normalised and goes on to the head.
        selected = kept.Keep(model.Normalize(x.view(-1, model.Config.HiddenSize).index_select(0, batch.Positions)));
        States = kept.Keep(selected.detach());
    }

    /// <summary><c>[S, C]</c>: normalised hidden states that predict the supervised tokens, without a graph.</summary>
    public Tensor States { get; }

    private bool EmbeddingTrains => model.EmbeddingMatrix.requires_grad;

    /// <summary>Numbers that a block keeps of each token until its way back.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="onKernels">True where <see cref="BlockPass"/> runs the blocks, false for libtorch's graph.</param>
    public static long NumbersKept(DecoderConfig config, bool onKernels)
    {
        long queries = (long)config.HeadCount * config.HeadSize, keys = (long)config.KeyValueHeadCount * config.HeadSize;
        return onKernels
            ? 4L * config.HiddenSize + 2 * queries + 2 * keys + 3L * config.FeedForwardSize // what BlockPass and AttentionPass keep, one block's output being the next one's input
            : 4L * config.HiddenSize + 5 * queries + 6 * keys + 4L * config.FeedForwardSize; // inputs and outputs of norms, products, rotation, attention and the gate
    }

    /// <summary>Adds the gradient of every weight below the head. Once only.</summary>
    /// <param name="statesGradient"><c>[S, C]</c>.</param>
    /// <param name="embeddingGradient"><c>[V, C]</c>: what the embedding's gradient is added to; null for the embedding's own.</param>
    public void Backward(Tensor statesGradient, Tensor? embeddingGradient = null)
    {
        using var scope = NewDisposeScope();
        selected.backward([statesGradient]);
        if (passes is not null)
        {
            AddToEmbedding(BackThrough(passes), embeddingGradient);
            return;
        }
        if (checkpointing)
        {
            var gradient = inputs[^1].grad;
            for (var i = model.Blocks.Count - 1; i >= 0; i--)
            {
                using var again = NewDisposeScope();
                inputs[i + 1].Dispose();
                if (i > 0 || EmbeddingTrains) inputs[i].requires_grad_(true);
                model.Blocks[i].Forward(inputs[i], layout).backward([gradient!]);
                gradient!.Dispose();
                gradient = inputs[i].grad?.MoveToOuterDisposeScope();
            }
        }
        if (EmbeddingTrains) AddToEmbedding(inputs[0].grad!, embeddingGradient);
    }

    public void Dispose()
    {
        kept.Dispose();
        foreach (var step in passes ?? []) step?.Dispose();
    }

    /// <returns>The gradient of the first block's input.</returns>
    private Tensor BackThrough(BlockPass[] steps)
    {
        var gradient = top!.grad!;
        for (var i = steps.Length - 1; i >= 0; i--)
        {
            using var step = checkpointing ? new BlockPass(model.Blocks[i], inputs[i], layout) : steps[i];
            var next = step.Backward(gradient);
            gradient.Dispose();
            gradient = next;
        }
        return gradient;
    }

    private void AddToEmbedding(Tensor gradient, Tensor? embeddingGradient)
    {
        if (!EmbeddingTrains) return;
        using var quiet = no_grad();
        var sum = embeddingGradient ?? model.EmbeddingMatrix.grad!;
        // The residual stream, and so this gradient, is float32 where the weights are shorter.
        sum.index_add_(0, batch.Ids.flatten(), gradient.view(-1, model.Config.HiddenSize).to(sum.dtype), Scalars.One);
    }

    private Tensor Step(DecoderBlock block, Tensor x)
    {
        using var inside = NewDisposeScope(); // frees what autograd does not keep
        return block.Forward(x, layout).MoveToOuterDisposeScope();
    }
}
