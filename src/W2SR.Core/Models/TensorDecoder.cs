using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>Decoding with libtorch's operators: any device, any type, with adapters.</summary>
internal sealed class TensorDecoder(CausalLm model) : IDecoder
{
    /// <inheritdoc/>
    public long HeldBytes => 0;

    /// <inheritdoc/>
    public Tensor Next(int[] ids, KvCache cache) => model.Project(model.DecodeStep(ids, cache));

    /// <inheritdoc/>
    public (Tensor? Logits, int[] Ended) Read(int[][] prompts, int start, int length, KvCache cache)
    {
        var ids = new long[prompts.Length * length];
        for (var row = 0; row < prompts.Length; row++)
            for (var t = 0; t < length && start + t < prompts[row].Length; t++) ids[row * length + t] = prompts[row][start + t];
        var hidden = model.ReadChunk(tensor(ids, [prompts.Length, length], device: model.Target.Device), cache, start);
        var ended = Enumerable.Range(0, prompts.Length).Where(row => prompts[row].Length > start && prompts[row].Length <= start + length).ToArray();
        if (ended.Length == 0) return (null, ended);
        var places = tensor(Array.ConvertAll(ended, row => (long)row * length + prompts[row].Length - 1 - start), device: model.Target.Device);
        return (model.Project(hidden.reshape(-1, model.Config.HiddenSize).index_select(0, places)), ended);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
