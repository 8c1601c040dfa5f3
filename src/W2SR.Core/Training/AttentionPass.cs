using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>Attention between its two products, forward and back. Heads are turned by a kernel of our own; where queries and keys are normalised, too, libtorch's graph does it.</summary>
internal sealed class AttentionPass : IDisposable
{
    private readonly DecoderBlock block;
    private readonly SequenceLayout layout;
    private readonly KeptTensors kept = new();
    private readonly Tensor[] leaves;

    /// <summary>Runs forward.</summary>
    /// <param name="block">The block that attends.</param>
    /// <param name="projected"><c>[B, T, (H + 2 KV) D]</c>: queries, keys and values.</param>
    /// <param name="layout">Positions of the tokens.</param>
    public AttentionPass(DecoderBlock block, Tensor projected, SequenceLayout layout)
    {
        (this.block, this.layout) = (block, layout);
        using var scope = NewDisposeScope();
        if (IsPlain)
        {
            using (no_grad())
            {
                var (q, k, v) = block.Heads.Forward(projected, layout.Cosines, layout.Sines);
                leaves = [q, k, v];
            }
        }
        else leaves = [projected.detach()];
        foreach (var leaf in leaves) kept.Keep(leaf).requires_grad_(is_grad_enabled());
        Attended = kept.Keep(IsPlain ? block.AttendHeads(leaves[0], leaves[1], leaves[2], layout) : block.AttendTo(leaves[0], layout));
    }

    /// <summary><c>[B, T, H D]</c>.</summary>
    public Tensor Attended { get; }

    private bool IsPlain => block.QueryNorm is null;

    /// <summary>The gradient of the projected numbers. Once only.</summary>
    /// <param name="gradient"><c>[B, T, H D]</c>.</param>
    /// <returns><c>[B, T, (H + 2 KV) D]</c>, in the caller's dispose scope.</returns>
    public Tensor Backward(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        Attended.backward([gradient]);
        using var quiet = no_grad();
        var result = IsPlain
            ? block.Heads.Backward(leaves[0].grad!.contiguous(), leaves[1].grad!.contiguous(), leaves[2].grad!.contiguous(), layout.Cosines, layout.Sines)
            : leaves[0].grad!;
        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        kept.Dispose();
    }
}
