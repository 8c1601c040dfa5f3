using W2SR.Core.Models;
using static TorchSharp.torch;

namespace W2SR.Core.Generation;

/// <summary>
/// Reads some prompts of like length into a cache of their own, a chunk at a time, so that rows that are decoding meanwhile wait for one chunk
/// at most. Its keys and values are then copied to every sample of each prompt.
/// </summary>
internal sealed class PromptReader : IDisposable
{
    private readonly CausalLm model;
    private readonly int[][] prompts;
    private readonly int width, chunk;
    private readonly List<Tensor> last = []; // hidden states of prompts' last tokens, [.., C], in the order of readRows
    private readonly List<int> readRows = [];
    private int start;

    /// <summary>Prepares to read.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="chunkTokens">Padded tokens to read at once at most, but at least one of each prompt.</param>
    public PromptReader(CausalLm model, int[][] prompts, int chunkTokens)
    {
        this.model = model;
        this.prompts = prompts;
        width = prompts.Max(p => p.Length);
        chunk = Math.Max(1, chunkTokens / prompts.Length);
        Cache = new KvCache(model, prompts.Length, width, width);
    }

    /// <summary>Keys and values of the prompts.</summary>
    public KvCache Cache { get; }

    /// <summary><c>[prompts, V]</c> once all is read: what predicts each first token; owned.</summary>
    public Tensor? Logits { get; private set; }

    /// <summary>Reads the next chunk.</summary>
    /// <returns>True when that was the last one.</returns>
    public bool Advance()
    {
        using var scope = NewDisposeScope();
        var length = Math.Min(chunk, width - start);
        var ids = new long[prompts.Length * length];
        for (var row = 0; row < prompts.Length; row++)
            for (var t = 0; t < length && start + t < prompts[row].Length; t++) ids[row * length + t] = prompts[row][start + t];
        var hidden = model.ReadChunk(tensor(ids, [prompts.Length, length], device: model.Target.Device), Cache, start);
        var ending = Enumerable.Range(0, prompts.Length).Where(row => prompts[row].Length > start && prompts[row].Length <= start + length).ToArray();
        if (ending.Length > 0)
        {
            var places = tensor(Array.ConvertAll(ending, row => (long)row * length + prompts[row].Length - 1 - start), device: model.Target.Device);
            last.Add(hidden.reshape(-1, model.Config.HiddenSize).index_select(0, places).DetachFromDisposeScope());
            readRows.AddRange(ending);
        }
        start += length;
        if (start < width) return false;
        var inOrder = Enumerable.Range(0, prompts.Length).Select(row => (long)readRows.IndexOf(row)).ToArray();
        Logits = model.Project(cat(last, 0).index_select(0, tensor(inOrder, device: model.Target.Device))).DetachFromDisposeScope();
        for (var row = 0; row < prompts.Length; row++) Cache.Lengths[row] = prompts[row].Length;
        return true;
    }

    public void Dispose()
    {
        Cache.Dispose();
        Logits?.Dispose();
        foreach (var hidden in last) hidden.Dispose();
    }
}
