using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>
/// Keys and values of the tokens seen so far. Each row has its own length, so rows may be ragged: what lies beyond a row's length is
/// never looked at, and the next token overwrites it. Places are allocated ahead, by halves, up to the limit: few answers use all they may.
/// The rows in use are the first ones; a row that ends makes room for another sequence.
/// </summary>
internal sealed class KvCache : IDisposable
{
    private const int Spare = 64; // places beyond the prompt at first
    private readonly int keyValueHeads;
    private readonly int limit;
    private readonly int allocated;
    private Tensor[] layers;

    /// <summary>Allocates room for prompts and some tokens after them.</summary>
    /// <param name="model">Whose keys and values.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="promptLength">Tokens of the longest prompt.</param>
    /// <param name="limit">Places that a row can have at most.</param>
    public KvCache(CausalLm model, int rows, int promptLength, int limit)
    {
        this.limit = limit;
        Capacity = Math.Min(limit, promptLength + Spare);
        var config = model.Config;
        keyValueHeads = config.KeyValueHeadCount;
        layers = new Tensor[config.LayerCount];
        // Zeros, not empty: a NaN in memory that a mask hides would still poison the product.
        for (var i = 0; i < layers.Length; i++)
            layers[i] = zeros([rows, 2L * keyValueHeads, Capacity, config.HeadSize], model.Target.Dtype, model.Target.Device).DetachFromDisposeScope();
        allocated = rows;
        Lengths = new int[rows];
    }

    /// <summary>Places allocated for each row.</summary>
    public int Capacity { get; private set; }

    /// <summary>Tokens held for each row in use.</summary>
    public int[] Lengths { get; private set; }

    /// <summary>Bytes that are allocated.</summary>
    public long Bytes => layers.Sum(l => l.numel() * SizeOf(l.dtype));

    /// <summary>Bytes that a full row takes.</summary>
    public static long BytesOfRow(CausalLm model, int places)
    {
        var config = model.Config;
        return 2L * config.LayerCount * config.KeyValueHeadCount * config.HeadSize * places * SizeOf(model.Target.Dtype);
    }

    /// <summary>Bytes of one number.</summary>
    public static int SizeOf(ScalarType type) => type switch { ScalarType.Float64 => 8, ScalarType.Float32 => 4, _ => 2 };

    /// <summary>Makes room for one more token in every row.</summary>
    /// <exception cref="InvalidOperationException">A row is at the limit.</exception>
    public void EnsureRoom() => EnsureRoom(Lengths.Max() + 1);

    private void EnsureRoom(int needed)
    {
        if (needed > limit) throw new InvalidOperationException($"A sequence of {needed} tokens does not fit into a cache of {limit}.");
        if (needed <= Capacity) return;
        var larger = (int)Math.Min(limit, Math.Max(needed, Capacity * 3L / 2));
        using var scope = NewDisposeScope();
        for (var i = 0; i < layers.Length; i++)
        {
            var old = layers[i];
            var shape = old.shape;
            shape[2] = larger;
            var grown = zeros(shape, old.dtype, old.device).DetachFromDisposeScope();
            grown.narrow(2, 0, Capacity).copy_(old);
            old.Dispose();
            layers[i] = grown;
        }
        Capacity = larger;
    }

    /// <summary>Writes the next tokens of right-padded prompts and returns keys and values up to them.</summary>
    /// <param name="layer">Which block.</param>
    /// <param name="keysAndValues"><c>[B, 2 KV, T, D]</c>.</param>
    /// <param name="start">Tokens that were read before.</param>
    /// <returns><c>[B, KV, start + T, D]</c> each.</returns>
    public (Tensor Keys, Tensor Values) WriteChunk(int layer, Tensor keysAndValues, int start)
    {
        var length = keysAndValues.shape[2];
        Rows(layer).narrow(2, start, length).copy_(keysAndValues);
        return Halves(Rows(layer).narrow(2, 0, start + length));
    }

    /// <summary>Writes one token of each row to that row's own place and returns keys and values up to <paramref name="visible"/>.</summary>
    /// <param name="layer">Which block.</param>
    /// <param name="keysAndValues"><c>[B, 2 KV, 1, D]</c>.</param>
    /// <param name="places"><c>[B, 2 KV, 1, D]</c> int64: the place of each row, spread over its numbers.</param>
    /// <param name="visible">Longest row, this token included.</param>
    public (Tensor Keys, Tensor Values) WriteToken(int layer, Tensor keysAndValues, Tensor places, int visible)
    {
        Rows(layer).scatter_(2, places, keysAndValues);
        return Halves(Rows(layer).narrow(2, 0, visible));
    }

    /// <summary>A layer's first number on the CPU: <c>[rows, 2 KV, Capacity, D]</c>, keys before values. It moves when the cache grows.</summary>
    public nint Address(int layer) => ExternalMemory.Address(layers[layer]);

    /// <summary>Sets how many rows are in use; their contents stay.</summary>
    public void Use(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, allocated);
        var lengths = new int[rows];
        Array.Copy(Lengths, lengths, Math.Min(rows, Lengths.Length));
        Lengths = lengths;
    }

    /// <summary>Copies a row over another one.</summary>
    public void Move(int from, int to) => Put([to], this, [from]);

    /// <summary>Copies rows of a cache, this one or another, to places of this one.</summary>
    /// <param name="targets">Rows in use here.</param>
    /// <param name="source">Where they come from.</param>
    /// <param name="sources">Which rows there; a prompt may be copied to several targets.</param>
    public void Put(int[] targets, KvCache source, int[] sources)
    {
        var longest = sources.Max(i => source.Lengths[i]);
        EnsureRoom(longest);
        using var scope = NewDisposeScope();
        var inOrder = targets.Length > 1 && targets[^1] - targets[0] == targets.Length - 1 && targets.SequenceEqual(targets.Order());
        var index = inOrder ? tensor(Array.ConvertAll(sources, r => (long)r), device: layers[0].device) : null;
        for (var layer = 0; layer < layers.Length; layer++)
        {
            if (index is not null)
            {
                layers[layer].narrow(0, targets[0], targets.Length).narrow(2, 0, longest).copy_(source.layers[layer].narrow(2, 0, longest).index_select(0, index));
                continue;
            }
            for (var i = 0; i < targets.Length; i++)
            {
                var length = source.Lengths[sources[i]];
                layers[layer].narrow(0, targets[i], 1).narrow(2, 0, length).copy_(source.layers[layer].narrow(0, sources[i], 1).narrow(2, 0, length));
            }
        }
        for (var i = 0; i < targets.Length; i++) Lengths[targets[i]] = source.Lengths[sources[i]];
    }

    private Tensor Rows(int layer) => Lengths.Length == allocated ? layers[layer] : layers[layer].narrow(0, 0, Lengths.Length);

    private (Tensor Keys, Tensor Values) Halves(Tensor seen) => (seen.narrow(1, 0, keyValueHeads), seen.narrow(1, keyValueHeads, keyValueHeads));

    public void Dispose()
    {
        foreach (var layer in layers) layer.Dispose();
        layers = [];
    }
}
