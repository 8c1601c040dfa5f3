namespace W2SR.Core.Models;

/// <summary>Where one named weight lies in the model's flat buffer.</summary>
/// <param name="Name">Its name in Hugging Face checkpoints.</param>
/// <param name="Shape">Its shape there.</param>
/// <param name="Offset">First element in the flat buffer.</param>
/// <param name="Decays">False for norms and biases, which weight decay leaves alone.</param>
internal sealed record ParameterSlot(string Name, long[] Shape, long Offset, bool Decays)
{
    public long Count { get; } = Shape.Aggregate(1L, (a, b) => a * b);
}

/// <summary>
/// The order of all weights in one flat buffer. Neighbours that are multiplied with the same input (q, k, v; gate, up) lie side by
/// side, so that one matrix product serves them all while a checkpoint still sees its own names.
/// </summary>
internal sealed class ParameterLayout
{
    public ParameterLayout(DecoderConfig config)
    {
        config.Validate();
        var slots = new List<ParameterSlot>();
        long offset = 0;
        void Add(string name, bool decays, params long[] shape)
        {
            slots.Add(new ParameterSlot(name, shape, offset, decays));
            offset += slots[^1].Count;
        }

        long hidden = config.HiddenSize, queries = (long)config.HeadCount * config.HeadSize, keys = (long)config.KeyValueHeadCount * config.HeadSize;
        Add("model.embed_tokens.weight", true, config.VocabularySize, hidden);
        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            Add(prefix + "input_layernorm.weight", false, hidden);
            Add(prefix + "self_attn.q_proj.weight", true, queries, hidden);
            Add(prefix + "self_attn.k_proj.weight", true, keys, hidden);
            Add(prefix + "self_attn.v_proj.weight", true, keys, hidden);
            if (config.AttentionBias)
            {
                Add(prefix + "self_attn.q_proj.bias", false, queries);
                Add(prefix + "self_attn.k_proj.bias", false, keys);
                Add(prefix + "self_attn.v_proj.bias", false, keys);
            }
            if (config.QueryKeyNorm)
            {
                Add(prefix + "self_attn.q_norm.weight", false, config.HeadSize);
                Add(prefix + "self_attn.k_norm.weight", false, config.HeadSize);
            }
            Add(prefix + "self_attn.o_proj.weight", true, hidden, queries);
            if (config.AttentionOutputBias) Add(prefix + "self_attn.o_proj.bias", false, hidden);
            Add(prefix + "post_attention_layernorm.weight", false, hidden);
            Add(prefix + "mlp.gate_proj.weight", true, config.FeedForwardSize, hidden);
            Add(prefix + "mlp.up_proj.weight", true, config.FeedForwardSize, hidden);
            if (config.FeedForwardBias)
            {
                Add(prefix + "mlp.gate_proj.bias", false, config.FeedForwardSize);
                Add(prefix + "mlp.up_proj.bias", false, config.FeedForwardSize);
            }
            Add(prefix + "mlp.down_proj.weight", true, hidden, config.FeedForwardSize);
            if (config.FeedForwardBias) Add(prefix + "mlp.down_proj.bias", false, hidden);
        }
        Add("model.norm.weight", false, hidden);
        if (!config.TieEmbeddings) Add("lm_head.weight", true, config.VocabularySize, hidden);
        Slots = slots;
        Count = offset;
    }

    /// <summary>Slots one after another.</summary>
    public ParameterLayout(IEnumerable<(string Name, bool Decays, long[] Shape)> slots)
    {
        var list = new List<ParameterSlot>();
        foreach (var (name, decays, shape) in slots)
        {
            list.Add(new ParameterSlot(name, shape, Count, decays));
            Count += list[^1].Count;
        }
        Slots = list;
    }

    public IReadOnlyList<ParameterSlot> Slots { get; }

    /// <summary>Number of parameters; tied embeddings count once.</summary>
    public long Count { get; }
}
