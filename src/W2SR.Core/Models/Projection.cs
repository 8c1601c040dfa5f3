using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>One matrix product of a block. Modules that read the same input (q, k, v; gate, up) are one product, and each may carry an adapter of its own.</summary>
internal sealed class Projection
{
    private IProjectionAdapter? adapter;

    /// <summary>Takes neighbouring modules of the flat buffer as one.</summary>
    /// <param name="parameters">The buffer.</param>
    /// <param name="inputs">Width of what is read.</param>
    /// <param name="hasBias">Whether each module has a bias.</param>
    /// <param name="modules">Names, such as <c>model.layers.0.self_attn.q_proj</c>, and widths of what each writes.</param>
    public Projection(FlatParameters parameters, long inputs, bool hasBias, params (string Name, long Outputs)[] modules)
    {
        Inputs = inputs;
        Modules = modules;
        var outputs = modules.Sum(m => m.Outputs);
        Weight = parameters.Leaf(modules[0].Name + ".weight", modules[^1].Name + ".weight", outputs, inputs);
        if (hasBias) Bias = parameters.Leaf(modules[0].Name + ".bias", modules[^1].Name + ".bias", outputs);
    }

    public long Inputs { get; }

    public IReadOnlyList<(string Name, long Outputs)> Modules { get; }

    /// <summary>The base's bias <c>[out]</c> over all modules, or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>The base's weight <c>[out, in]</c> over all modules.</summary>
    public Tensor Weight { get; }

    /// <summary>Puts an adapter over the product, or takes it away again.</summary>
    public void Attach(IProjectionAdapter? value) => adapter = value;

    /// <summary>x W^T + b, and what the adapter adds.</summary>
    /// <param name="x"><c>[.., in]</c>.</param>
    /// <returns><c>[.., out]</c>, in the caller's dispose scope.</returns>
    public Tensor Apply(Tensor x) => adapter is null
        ? WidenedProduct.Linear(x, Weight, Bias)
        : adapter.AddTo(WidenedProduct.Linear(x, Weight, adapter.Bias ?? Bias), x);
}
