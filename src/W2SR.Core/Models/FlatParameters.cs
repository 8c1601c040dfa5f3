using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>
/// All weights of a model in one flat buffer, and views of it. An optimizer step is then a handful of large operations, and a copy of a
/// model is one. Views share memory with the buffer: whoever writes the buffer changes the model.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly KeptTensors kept = new();
    private readonly List<(Tensor Leaf, ParameterSlot First, long Count)> leaves = [];

    public FlatParameters(ParameterLayout layout, ComputeTarget target)
    {
        target.Validate();
        Layout = layout;
        Values = kept.Keep(zeros(layout.Count, target.Dtype, target.Device));
    }

    public ParameterLayout Layout { get; }

    /// <summary><c>[N]</c>: every weight.</summary>
    public Tensor Values { get; }

    /// <summary><c>[N]</c>: every gradient, or null before <see cref="EnableGradients"/>. Backward adds to it in place.</summary>
    public Tensor? Gradients { get; private set; }

    /// <summary>A leaf over neighbouring slots that are used as one tensor; owned here.</summary>
    public Tensor Leaf(string firstSlot, string lastSlot, params long[] shape)
    {
        var first = Layout.Slots.Single(s => s.Name == firstSlot);
        var last = Layout.Slots.Single(s => s.Name == lastSlot);
        var count = last.Offset + last.Count - first.Offset;
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            var leaf = kept.Keep(Values.narrow(0, first.Offset, count).view(shape).detach());
            leaves.Add((leaf, first, count));
            return leaf;
        }
    }

    /// <summary>Makes every leaf trainable and gives it its part of one flat gradient buffer.</summary>
    public void EnableGradients()
    {
        if (Gradients is not null) return;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Gradients = kept.Keep(zeros_like(Values));
        foreach (var (leaf, first, count) in leaves)
        {
            leaf.requires_grad_(true);
            leaf.grad = Gradients.narrow(0, first.Offset, count).view(leaf.shape);
        }
    }

    /// <summary>Where a leaf's numbers lie in the buffer; null when it is no leaf of this buffer.</summary>
    public (long Offset, long Count)? PlaceOf(Tensor leaf)
    {
        foreach (var (own, first, count) in leaves)
            if (ReferenceEquals(own, leaf)) return (first.Offset, count);
        return null;
    }

    /// <summary>Sets every gradient to zero.</summary>
    public void ClearGradients()
    {
        using var scope = NewDisposeScope(); // zero_ hands out a second wrapper
        using var quiet = no_grad();
        Gradients?.zero_();
    }

    /// <summary>Frees the gradients; the weights are then plain numbers again.</summary>
    public void DisableGradients()
    {
        if (Gradients is null) return;
        using var scope = NewDisposeScope();
        foreach (var (leaf, _, _) in leaves)
        {
            leaf.grad = null;
            leaf.requires_grad_(false);
        }
        kept.Release(Gradients);
        Gradients = null;
    }

    /// <summary>Each weight under its checkpoint name, as a view; the caller disposes it.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedViews(Tensor buffer)
    {
        foreach (var slot in Layout.Slots)
            yield return new(slot.Name, View(buffer, slot));
    }

    /// <summary>Draws initial weights: matrices normal with variance 1 / inputs, those that write into the residual stream smaller by the root of twice the depth, embeddings three times larger (narrow models learn clearly faster so), norms 1, biases 0.</summary>
    public void Initialize(DecoderConfig config, RandomStream random)
    {
        var values = new float[Layout.Count];
        foreach (var slot in Layout.Slots)
        {
            var part = values.AsSpan((int)slot.Offset, (int)slot.Count);
            if (slot.Shape.Length == 1)
            {
                part.Fill(slot.Name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0);
                continue;
            }
            var spread = slot.Name == "model.embed_tokens.weight" ? 3 / Math.Sqrt(config.HiddenSize) : 1 / Math.Sqrt(slot.Shape[1]);
            if (slot.Name.EndsWith("o_proj.weight", StringComparison.Ordinal) || slot.Name.EndsWith("down_proj.weight", StringComparison.Ordinal))
                spread /= Math.Sqrt(2.0 * config.LayerCount);
            for (var i = 0; i < part.Length; i++) part[i] = (float)(spread * random.NextNormal());
        }
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Values.copy_(tensor(values));
    }

    public void Dispose()
    {
        kept.Dispose();
        leaves.Clear();
        Gradients = null;
    }

    private static Tensor View(Tensor buffer, ParameterSlot slot)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return buffer.narrow(0, slot.Offset, slot.Count).view(slot.Shape).MoveToOuterDisposeScope();
    }
}
