using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>
/// Keys and values of the tokens seen so far, preallocated. Each row has its own length, so rows may be ragged: what lies beyond a row's
/// length is never looked at, and the next token overwrites it.
/// </summary>
internal sealed class KvCache : IDisposable
{
    private readonly int keyValueHeads;
    private Tensor[] layers;

    public KvCache(CausalLm model, int rows, int capacity)
    {
        Rows = rows;
        Capacity = capacity;
        var config = model.Config;
        keyValueHeads = config.KeyValueHeadCount;
        layers = new Tensor[config.LayerCount];
        // Zeros, not empty: a NaN in memory that a mask hides would still poison the product.
        for (var i = 0; i < layers.Length; i++)
            layers[i] = zeros([rows, 2L * keyValueHeads, capacity, config.HeadSize], model.Target.Dtype, model.Target.Device).DetachFromDisposeScope();
        Lengths = new int[rows];
    }

    public int Rows { get; private set; }

    public int Capacity { get; }

    /// <summary>Tokens held for each row.</summary>
    public int[] Lengths { get; private set; }

    /// <summary>Writes the keys and values of right-padded prompts to the first places.</summary>
    /// <param name="layer">Which block.</param>
    /// <param name="keysAndValues"><c>[B, 2 KV, T, D]</c>, keys first.</param>
    public void WritePrompt(int layer, Tensor keysAndValues) =>
        layers[layer].narrow(2, 0, keysAndValues.shape[2]).copy_(keysAndValues);

    /// <summary>Writes one token of each row to that row's own place and returns keys and values up to <paramref name="visible"/>.</summary>
    /// <param name="layer">Which block.</param>
    /// <param name="keysAndValues"><c>[B, 2 KV, 1, D]</c>.</param>
    /// <param name="places"><c>[B, 2 KV, 1, D]</c> int64: the place of each row, spread over its numbers.</param>
    /// <param name="visible">Longest row, this token included.</param>
    public (Tensor Keys, Tensor Values) WriteToken(int layer, Tensor keysAndValues, Tensor places, int visible)
    {
        layers[layer].scatter_(2, places, keysAndValues);
        var seen = layers[layer].narrow(2, 0, visible);
        return (seen.narrow(1, 0, keyValueHeads), seen.narrow(1, keyValueHeads, keyValueHeads));
    }

    /// <summary>Keeps some rows, in this order, and forgets the others.</summary>
    public void Keep(int[] rows)
    {
        using var scope = NewDisposeScope();
        var index = tensor(Array.ConvertAll(rows, r => (long)r), device: layers[0].device);
        for (var i = 0; i < layers.Length; i++)
        {
            var kept = layers[i].index_select(0, index).DetachFromDisposeScope();
            layers[i].Dispose();
            layers[i] = kept;
        }
        Lengths = Array.ConvertAll(rows, r => Lengths[r]);
        Rows = rows.Length;
    }

    public void Dispose()
    {
        foreach (var layer in layers) layer.Dispose();
        layers = [];
    }
}
