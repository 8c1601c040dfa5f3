using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>The adapters of the modules of one <see cref="Projection"/>. Their A matrices read the same input and lie side by side, so they are one product.</summary>
internal sealed class LoraProjection : IProjectionAdapter
{
    private readonly Projection projection;
    private readonly Tensor? downAll;
    private readonly Part?[] parts;
    private readonly Tensor?[] biases;

    /// <summary>Takes the leaves of an adapter's buffer.</summary>
    /// <param name="projection">What it is put on.</param>
    /// <param name="parameters">The adapter's buffer.</param>
    /// <param name="targets">For each module its sizes, or null where it stays bare.</param>
    /// <param name="adapterBias">Whether B has a bias.</param>
    public LoraProjection(Projection projection, FlatParameters parameters, IReadOnlyList<LoraTarget?> targets, bool adapterBias)
    {
        this.projection = projection;
        parts = new Part?[targets.Count];
        biases = new Tensor?[targets.Count];
        var live = targets.OfType<LoraTarget>().ToArray();
        if (live.Length > 0) downAll = parameters.Leaf(LoraNames.Down(live[0].Name), LoraNames.Down(live[^1].Name), live.Sum(t => (long)t.Rank), projection.Inputs);
        long at = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var (name, outputs) = projection.Modules[i];
            if (targets[i] is { } target)
            {
                parts[i] = new Part(at, target.Rank, parameters.Leaf(LoraNames.Up(name), LoraNames.Up(name), outputs, target.Rank),
                    adapterBias ? parameters.Leaf(LoraNames.UpBias(name), LoraNames.UpBias(name), outputs) : null, target.Scale);
                at += target.Rank;
            }
            foreach (var bias in new[] { LoraNames.BaseBias(name), LoraNames.PlainBias(name) })
                if (parameters.Layout.Slots.Any(s => s.Name == bias)) biases[i] = parameters.Leaf(bias, bias, outputs);
        }
    }

    public Tensor? Bias => biases.All(b => b is null)
        ? null
        : biases.Length == 1 ? biases[0] : cat(biases.Select((b, i) => b ?? Narrow(projection.Bias!, 0, i)).ToArray(), 0);

    public Tensor AddTo(Tensor y, Tensor x)
    {
        if (downAll is null) return y;
        var narrow = WidenedProduct.Linear(x, downAll);                                              // [.., sum of ranks]
        var pieces = new Tensor[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            pieces[i] = parts.Length == 1 ? y : Narrow(y, -1, i);
            if (parts[i] is not { } part) continue;
            var factor = part.Scale;
            using Scalar scale = factor;
            pieces[i] = pieces[i].add(WidenedProduct.Linear(narrow.narrow(-1, part.Start, part.Rank), part.Up, part.UpBias), scale);
        }
        return parts.Length == 1 ? pieces[0] : cat(pieces, -1);
    }

    private Tensor Narrow(Tensor tensor, long dimension, int module) =>
        tensor.narrow(dimension, projection.Modules.Take(module).Sum(m => m.Outputs), projection.Modules[module].Outputs);

    private sealed record Part(long Start, long Rank, Tensor Up, Tensor? UpBias, double Scale);
}

/// <summary>PEFT's tensor names.</summary>
internal static class LoraNames
{
    public const string Prefix = "base_model.model.";

    public static string Down(string module) => $"{Prefix}{module}.lora_A.weight";

    public static string Up(string module) => $"{Prefix}{module}.lora_B.weight";

    public static string UpBias(string module) => $"{Prefix}{module}.lora_B.bias";

    public static string BaseBias(string module) => $"{Prefix}{module}.base_layer.bias";

    public static string PlainBias(string module) => $"{Prefix}{module}.bias";

    public static string BaseWeight(string module) => $"{Prefix}{module}.base_layer.weight";

    public static string Saved(string module) => $"{Prefix}{module}.weight";
}
