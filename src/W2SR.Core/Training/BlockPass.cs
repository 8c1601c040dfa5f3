using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>
/// One block forward, with its way back written out: products, norms, rotation and SwiGLU run on kernels of our own, only attention's core is libtorch's.
/// Gradients of weights add up where they lie.
/// </summary>
internal sealed class BlockPass : IDisposable
{
    private readonly DecoderBlock block;
    private readonly Projection qkv, output, gateUp, down;
    private readonly AttentionPass attention;
    private readonly KeptTensors kept = new();
    private readonly Tensor stream, normed, middle, normedMiddle, both, gated;

    /// <summary>Runs forward.</summary>
    /// <param name="block">A block of a model that <see cref="Suits"/>.</param>
    /// <param name="x"><c>[B, T, C]</c>, contiguous.</param>
    /// <param name="layout">Positions of the tokens.</param>
    public BlockPass(DecoderBlock block, Tensor x, SequenceLayout layout)
    {
        this.block = block;
        (qkv, output, gateUp, down) = (block.Projections[0], block.Projections[1], block.Projections[2], block.Projections[3]);
        using var scope = NewDisposeScope();
        stream = kept.Keep(x.detach());
        normed = kept.Keep(Norm(stream, block.AttentionNorm));
        attention = new AttentionPass(block, Product(qkv, normed), layout);
        middle = kept.Keep(Product(output, attention.Attended, stream));
        normedMiddle = kept.Keep(Norm(middle, block.FeedForwardNorm));
        both = kept.Keep(Product(gateUp, normedMiddle));
        gated = kept.Keep(GatedUnit.Forward(both));
        Output = kept.Keep(Product(down, gated, middle));
    }

    /// <summary><c>[B, T, C]</c>, without a graph.</summary>
    public Tensor Output { get; }

    /// <summary>Whether every product of the model runs on our kernels, and no adapter adds to it.</summary>
    public static bool Suits(CausalLm model) =>
        model.Adapter is null && model.Blocks.All(b => b.Projections.All(p => LargeProduct.Suits(p.Weight)));

    /// <summary>Adds the gradient of every weight of the block. Once only.</summary>
    /// <param name="gradient"><c>[B, T, C]</c>, contiguous: of <see cref="Output"/>.</param>
    /// <returns><c>[B, T, C]</c>: of the input, in the caller's dispose scope.</returns>
    public Tensor Backward(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var byBoth = GatedUnit.Backward(Back(down, gradient, gated), both);
        var byMiddle = NormBack(Back(gateUp, byBoth, normedMiddle), middle, block.FeedForwardNorm, gradient);
        var byProjected = attention.Backward(Back(output, byMiddle, attention.Attended));
        return NormBack(Back(qkv, byProjected, normed), stream, block.AttentionNorm, byMiddle).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        attention.Dispose();
        kept.Dispose();
    }

    private Tensor Norm(Tensor x, Tensor weight)
    {
        using var quiet = no_grad();
        return RowNorm.Forward(x, weight, block.NormEpsilon);
    }

    private Tensor NormBack(Tensor gradient, Tensor x, Tensor weight, Tensor residual)
    {
        using var quiet = no_grad();
        return RowNorm.Backward(gradient, x, weight, block.NormEpsilon, weight.requires_grad ? weight.grad : null, residual);
    }

    /// <summary>x W^T, with the bias and a residual stream added where they are.</summary>
    private static Tensor Product(Projection projection, Tensor x, Tensor? residual = null)
    {
        using var quiet = no_grad();
        var result = LargeProduct.Forward(x, projection.Weight);
        if (projection.Bias is { } bias) result.PlusInPlace(bias);
        if (residual is not null) result.PlusInPlace(residual);
        return result;
    }

    /// <summary>The gradient of a product's input; those of weight and bias are added to theirs.</summary>
    private static Tensor Back(Projection projection, Tensor gradient, Tensor x)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var flat = gradient.reshape(-1, gradient.shape[^1]);
        if (projection.Bias is { requires_grad: true } bias) bias.grad!.PlusInPlace(flat.sum([0L])); // sum(0) would take 0 for a type
        if (projection.Weight.requires_grad) LargeProduct.AddWeight(projection.Weight.grad!, flat, x.detach().reshape(-1, x.shape[^1]));
        return LargeProduct.Backward(gradient, projection.Weight).MoveToOuterDisposeScope();
    }
}
