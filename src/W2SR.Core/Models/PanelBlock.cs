using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>One block's weights as kernels read them: matrices where they lie, the few numbers of norms and biases as float32.</summary>
internal sealed class PanelBlock(DecoderBlock block)
{
    public float[] AttentionNorm { get; } = Numbers(block.AttentionNorm)!;

    public float[] FeedForwardNorm { get; } = Numbers(block.FeedForwardNorm)!;

    public float[]? QueryNorm { get; } = Numbers(block.QueryNorm);

    public float[]? KeyNorm { get; } = Numbers(block.KeyNorm);

    /// <summary>Queries, keys, values; the attention's output; gate and up; down.</summary>
    public (nint Weight, float[]? Bias)[] Projections { get; } = [.. block.Projections.Select(p => (ExternalMemory.Address(p.Weight), Numbers(p.Bias)))];

    /// <summary>A small tensor's numbers, or null.</summary>
    public static float[]? Numbers(Tensor? tensor)
    {
        if (tensor is null) return null;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return tensor.to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }
}
