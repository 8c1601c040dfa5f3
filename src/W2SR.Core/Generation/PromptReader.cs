using W2SR.Core.Models;
using static TorchSharp.torch;

namespace W2SR.Core.Generation;

/// <summary>
/// Reads some prompts of like length into a cache of their own, a chunk at a time, so that rows that are decoding meanwhile wait for one chunk
/// at most. Its keys and values are then copied to every sample of each prompt.
/// </summary>
internal sealed class PromptReader : IDisposable
{
    private readonly IDecoder decoder;
    private readonly CausalLm model;
    private readonly int[][] prompts;
    private readonly int width, chunk;
    private readonly List<Tensor> last = []; // logits after prompts' last tokens, [.., V], in the order of readRows
    private readonly List<int> readRows = [];
    private int start;

    /// <summary>Prepares to read.</summary>
    /// <param name="model">The model.</param>
    /// <param name="decoder">The model's decoder; borrowed.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="chunkTokens">Padded tokens to read at once at most, but at least one of each prompt.</param>
    public PromptReader(CausalLm model, IDecoder decoder, int[][] prompts, int chunkTokens)
    {
        (this.model, this.decoder) = (model, decoder);
        this.prompts = prompts;
        width = prompts.Max(p => p.Length);
        chunk = Math.Max(1, chunkTokens / prompts.Length);
        Cache = new KvCache(model, prompts.Length, width, width);
    }

    /// <summary>Keys and values of the prompts.</summary>
    public KvCache Cache { get; }

    /// <summary><c>[prompts, V]</c> once all is read: what predicts each first token; owned.</summary>
    public Tensor? Logits { get; private set; }

    /// <summary>Bytes of the prompts' cache and logits.</summary>
    public long HeldBytes => Cache.Bytes + sizeof(float) * ((Logits?.numel() ?? 0) + last.Sum(l => l.numel()));

    /// <summary>Reads the next chunk.</summary>
    /// <returns>True when that was the last one.</returns>
    public bool Advance()
    {
        using var scope = NewDisposeScope();
        var length = Math.Min(chunk, width - start);
        var (logits, ended) = decoder.Read(prompts, start, length, Cache);
        if (logits is not null) last.Add(logits.DetachFromDisposeScope());
        readRows.AddRange(ended);
        start += length;
        if (start < width) return false;
        var inOrder = Enumerable.Range(0, prompts.Length).Select(row => (long)readRows.IndexOf(row)).ToArray();
        Logits = cat(last, 0).index_select(0, tensor(inOrder, device: model.Target.Device)).DetachFromDisposeScope();
        for (var row = 0; row < prompts.Length; row++) Cache.Lengths[row] = prompts[row].Length;
        return true;
    }

    public void Dispose()
    {
        Cache.Dispose();
        Logits?.Dispose();
        foreach (var logits in last) logits.Dispose();
    }
}
