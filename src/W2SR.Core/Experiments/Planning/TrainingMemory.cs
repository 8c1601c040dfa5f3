using W2SR.Core.Models;
using W2SR.Core.Tensors;
using W2SR.Core.Training;

namespace W2SR.Core.Experiments.Planning;

/// <summary>Memory of one device in a training, in bytes.</summary>
/// <param name="Weights">Weights that forward and backward compute with.</param>
/// <param name="Gradients">Gradients.</param>
/// <param name="OptimizerState">Master weights and AdamW's two moments.</param>
/// <param name="Activations">What the backward pass needs of the forward pass.</param>
/// <param name="Logits">Logits, their softmax and its gradient, of the positions that go through the head together.</param>
public sealed record TrainingMemory(double Weights, double Gradients, double OptimizerState, double Activations, double Logits)
{
    /// <summary>All of it.</summary>
    public double Total => Weights + Gradients + OptimizerState + Activations + Logits;

    /// <summary>Mixed precision: bfloat16 weights and gradients, float32 master weights and moments, as DeepSpeed and FSDP train.</summary>
    /// <param name="shape">The model.</param>
    /// <param name="strategy">What is shared out.</param>
    /// <param name="devices">Among how many.</param>
    /// <param name="tokens">Tokens of one device's micro-batch.</param>
    /// <param name="checkpointing">True keeps each block's input only.</param>
    /// <remarks>
    /// 2 + 2 + 12 bytes a parameter (ZeRO, arXiv:1910.02054, section 3.1). Activations by counting the tensors that a block of this family keeps, after Korthikanti et al.
    /// (arXiv:2205.05198), section 4, with attention that keeps no score matrix (FlashAttention, arXiv:2205.14135).
    /// </remarks>
    public static TrainingMemory MixedPrecision(DecoderConfig shape, ShardingStrategy strategy, int devices, int tokens, bool checkpointing)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentOutOfRangeException.ThrowIfLessThan(devices, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        double parameters = ParametersOf(shape), n = devices;
        // Two layers are gathered at a time: the one that computes and the next one.
        var gathered = devices == 1 ? 0 : 2 * 2 * LargestLayer(shape);
        var (weights, gradients, optimizer) = strategy switch
        {
            ShardingStrategy.Ddp => (2 * parameters, 2 * parameters, 12 * parameters),
            ShardingStrategy.Zero1 => (2 * parameters, 2 * parameters, 12 * parameters / n),
            ShardingStrategy.Zero2 => (2 * parameters, 2 * parameters / n, 12 * parameters / n),
            ShardingStrategy.Zero3 => (2 * parameters / n + gathered, 2 * parameters / n, 12 * parameters / n),
            // No bfloat16 shard of its own: the master's is cast as it is gathered.
            ShardingStrategy.Fsdp => (gathered + (devices == 1 ? 2 * parameters : 0), 2 * parameters / n, 12 * parameters / n),
            _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "Unknown strategy."),
        };
        double queries = (double)shape.HeadCount * shape.HeadSize, keys = (double)shape.KeyValueHeadCount * shape.HeadSize;
        // A block keeps: its input, both normed inputs and the middle of the residual stream; q, k, v before and after the rotation; the attention's output; gate, up, their product and the activation.
        var kept = 4 * shape.HiddenSize + 3 * queries + 3 * keys + 4.0 * shape.FeedForwardSize;
        return new TrainingMemory(weights, gradients, optimizer, ActivationsOf(shape, kept, tokens, checkpointing, 2), tokens * (double)shape.VocabularySize * (2 + 4 + 4));
    }

    /// <summary>This library in float32 on this machine's CPU: weights, gradients and two moments of four bytes each, the head in chunks, activations as its kernels (with AVX-512) or libtorch's graph keep them.</summary>
    /// <param name="shape">The model.</param>
    /// <param name="tokens">Padded tokens of a micro-batch.</param>
    /// <param name="checkpointing">True keeps each block's input only.</param>
    /// <param name="headTokens">Supervised positions that go through the head together.</param>
    public static TrainingMemory Float32(DecoderConfig shape, int tokens, bool checkpointing, int headTokens)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        double parameters = ParametersOf(shape);
        return new TrainingMemory(4 * parameters, 4 * parameters, 8 * parameters,
            ActivationsOf(shape, SequencePass.NumbersKept(shape, PanelProduct.IsSupported), tokens, checkpointing, 4), ChunkedHead.BytesAtATime(shape.VocabularySize, headTokens));
    }

    /// <summary>Parameters of a shape.</summary>
    public static long ParametersOf(DecoderConfig shape) => new ParameterLayout(shape).Count;

    private static double LargestLayer(DecoderConfig shape)
    {
        double queries = (double)shape.HeadCount * shape.HeadSize, keys = (double)shape.KeyValueHeadCount * shape.HeadSize;
        return shape.HiddenSize * (2 * queries + 2 * keys) + 3.0 * shape.HiddenSize * shape.FeedForwardSize;
    }

    /// <param name="kept">Numbers that a block keeps of each token.</param>
    private static double ActivationsOf(DecoderConfig shape, double kept, int tokens, bool checkpointing, int bytes)
    {
        var block = tokens * kept * bytes;
        var inputs = (double)tokens * shape.HiddenSize * bytes * shape.LayerCount;
        return checkpointing ? inputs + block : shape.LayerCount * block;
    }
}
