using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Models;

/// <summary>One block: attention and SwiGLU, each behind an RMSNorm and added to the residual stream, which stays float32 where the weights are shorter.</summary>
internal sealed class DecoderBlock
{
    private readonly DecoderConfig config;
    private readonly int layer;
    private readonly RotaryTable rotary;
    private readonly Projection qkv, output, gateUp, down;

    public DecoderBlock(DecoderConfig config, int layer, FlatParameters parameters, RotaryTable rotary)
    {
        this.config = config;
        this.layer = layer;
        this.rotary = rotary;
        long hidden = config.HiddenSize, size = config.HeadSize, queries = config.HeadCount * size, keys = config.KeyValueHeadCount * size;
        var prefix = $"model.layers.{layer}.";
        Tensor One(string name, params long[] shape) => parameters.Leaf(prefix + name, prefix + name, shape);
        AttentionNorm = One("input_layernorm.weight", hidden);
        qkv = new Projection(parameters, hidden, config.AttentionBias,
            (prefix + "self_attn.q_proj", queries), (prefix + "self_attn.k_proj", keys), (prefix + "self_attn.v_proj", keys));
        if (config.QueryKeyNorm)
        {
            QueryNorm = One("self_attn.q_norm.weight", size);
            KeyNorm = One("self_attn.k_norm.weight", size);
        }
        output = new Projection(parameters, queries, config.AttentionOutputBias, (prefix + "self_attn.o_proj", hidden));
        FeedForwardNorm = One("post_attention_layernorm.weight", hidden);
        gateUp = new Projection(parameters, hidden, config.FeedForwardBias,
            (prefix + "mlp.gate_proj", config.FeedForwardSize), (prefix + "mlp.up_proj", config.FeedForwardSize));
        down = new Projection(parameters, config.FeedForwardSize, config.FeedForwardBias, (prefix + "mlp.down_proj", hidden));
    }

    /// <summary>Its matrix products: queries, keys and values; the attention's output; gate and up; down.</summary>
    public IReadOnlyList<Projection> Projections => [qkv, output, gateUp, down];

    /// <summary><c>[C]</c>.</summary>
    public Tensor AttentionNorm { get; }

    /// <summary><c>[C]</c>.</summary>
    public Tensor FeedForwardNorm { get; }

    /// <summary><c>[D]</c>, or null where queries are not normalised.</summary>
    public Tensor? QueryNorm { get; }

    /// <summary><c>[D]</c>, or null where keys are not normalised.</summary>
    public Tensor? KeyNorm { get; }

    /// <summary>Whole sequences, without a cache.</summary>
    /// <param name="x"><c>[B, T, C]</c>.</param>
    /// <returns><c>[B, T, C]</c>.</returns>
    public Tensor Forward(Tensor x, SequenceLayout layout)
    {
        var attended = AttendTo(qkv.Apply(Norm(x, AttentionNorm, config.NormEpsilon)), layout);
        return FeedForward(x.add(output.Apply(attended), Scalars.One));
    }

    /// <summary>Attention of whole sequences, between its two products.</summary>
    /// <param name="projected"><c>[B, T, (H + 2 KV) D]</c>: queries, keys and values.</param>
    /// <returns><c>[B, T, H D]</c>.</returns>
    public Tensor AttendTo(Tensor projected, SequenceLayout layout)
    {
        var (heads, keysAndValues) = Split(projected, layout.Cosines, layout.Sines);                             // [B, H, T, D], [B, 2 KV, T, D]
        var type = heads.dtype;
        // On a CPU the fused kernel's way back is slower in bfloat16 than in float32, and its sums are good to fewer digits.
        if (type == ScalarType.BFloat16 && heads.device_type == DeviceType.CPU) (heads, keysAndValues) = (heads.to(ScalarType.Float32), keysAndValues.to(ScalarType.Float32));
        return AttendHeads(heads, keysAndValues.narrow(1, 0, config.KeyValueHeadCount), keysAndValues.narrow(1, config.KeyValueHeadCount, config.KeyValueHeadCount), layout).to(type);
    }

    /// <summary>Attention of heads that are turned already.</summary>
    /// <param name="queries"><c>[B, H, T, D]</c>.</param>
    /// <param name="keys"><c>[B, KV, T, D]</c>.</param>
    /// <param name="values"><c>[B, KV, T, D]</c>.</param>
    /// <returns><c>[B, T, H D]</c>.</returns>
    public Tensor AttendHeads(Tensor queries, Tensor keys, Tensor values, SequenceLayout layout) =>
        Join(layout.Segments is null ? Attend(queries, keys, values) : AttendWithin(layout.Segments, queries, keys, values));

    /// <summary>How the product of queries, keys and values is taken apart.</summary>
    public HeadRotation Heads => new(config.HeadCount, config.KeyValueHeadCount, config.HeadSize);

    /// <summary>What keeps the norms of rows of zeros finite.</summary>
    public double NormEpsilon => config.NormEpsilon;

    /// <summary>The next tokens of prompts whose beginning is in the cache.</summary>
    /// <param name="x"><c>[B, T, C]</c>.</param>
    /// <param name="start">Tokens read before.</param>
    /// <param name="mask"><c>[T, start + T]</c> bool: what each token may look at; null when <paramref name="start"/> is 0.</param>
    public Tensor Extend(Tensor x, SequenceLayout layout, KvCache cache, int start, Tensor? mask)
    {
        var (heads, keysAndValues) = Project(x, layout.Cosines, layout.Sines);
        var (keys, values) = cache.WriteChunk(layer, keysAndValues, start);
        var attended = mask is null ? Attend(heads, keys, values) : NativeOps.Attention(heads, keys, values, mask, isCausal: false);
        return FeedForward(x.add(output.Apply(Join(attended)), Scalars.One));
    }

    /// <summary>One token of each row, against the cache.</summary>
    /// <param name="x"><c>[B, 1, C]</c>.</param>
    /// <param name="mask"><c>[B, 1, 1, visible]</c> bool: what each row may look at.</param>
    public Tensor Decode(Tensor x, Tensor cosines, Tensor sines, KvCache cache, Tensor places, Tensor mask, int visible)
    {
        var (heads, keysAndValues) = Project(x, cosines, sines);
        var (keys, values) = cache.WriteToken(layer, keysAndValues, places, visible);
        // The group of query heads that share a key head becomes its query rows: no repeated keys (9x faster than repeating).
        long rows = x.shape[0], shared = config.KeyValueHeadCount, group = config.HeadCount / shared;
        var grouped = heads.reshape(rows, shared, group, config.HeadSize);
        var attended = F.scaled_dot_product_attention(grouped, keys, values, mask).reshape(rows, config.HeadCount, 1, config.HeadSize);
        return FeedForward(x.add(output.Apply(Join(attended)), Scalars.One));
    }

    /// <summary>Normalises the residual stream and gives the weights' type, which the matrix products take.</summary>
    public static Tensor Norm(Tensor x, Tensor weight, double epsilon) => x.dtype == weight.dtype
        ? NativeOps.RmsNorm(x, weight, epsilon)
        : NativeOps.RmsNorm(x, weight.to(x.dtype), epsilon).to(weight.dtype);

    private Tensor Attend(Tensor heads, Tensor keys, Tensor values) => config.HeadCount == config.KeyValueHeadCount
        ? F.scaled_dot_product_attention(heads, keys, values, is_casual: true)
        : NativeOps.Attention(heads, keys, values, mask: null, isCausal: true);

    /// <summary>Each packed sample by itself: the cost is the sum of their squares, and no mask of the whole row exists.</summary>
    private Tensor AttendWithin(IReadOnlyList<int> segments, Tensor heads, Tensor keys, Tensor values)
    {
        var parts = new Tensor[segments.Count];
        long start = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Attend(heads.narrow(2, start, segments[i]), keys.narrow(2, start, segments[i]), values.narrow(2, start, segments[i]));
            start += segments[i];
        }
        return cat(parts, 2);
    }

    private (Tensor Queries, Tensor KeysAndValues) Project(Tensor x, Tensor cosines, Tensor sines) => Split(qkv.Apply(Norm(x, AttentionNorm, config.NormEpsilon)), cosines, sines);

    private (Tensor Queries, Tensor KeysAndValues) Split(Tensor projected, Tensor cosines, Tensor sines)
    {
        var shape = projected.shape;
        long queries = config.HeadCount, shared = config.KeyValueHeadCount;
        var all = projected.view(shape[0], shape[1], queries + 2 * shared, config.HeadSize);         // [B, T, H + 2 KV, D]
        var values = all.narrow(2, queries + shared, shared);
        Tensor heads, keys;
        if (QueryNorm is null)
        {
            var turned = rotary.Apply(all.narrow(2, 0, queries + shared), cosines, sines);
            heads = turned.narrow(2, 0, queries);
            keys = turned.narrow(2, queries, shared);
        }
        else
        {
            heads = rotary.Apply(NativeOps.RmsNorm(all.narrow(2, 0, queries), QueryNorm, config.NormEpsilon), cosines, sines);
            keys = rotary.Apply(NativeOps.RmsNorm(all.narrow(2, queries, shared), KeyNorm!, config.NormEpsilon), cosines, sines);
        }
        return (heads.transpose(1, 2), cat([keys, values], 2).transpose(1, 2));
    }

    private Tensor FeedForward(Tensor x)
    {
        var both = gateUp.Apply(Norm(x, FeedForwardNorm, config.NormEpsilon));      // [B, T, 2 F]
        var gate = F.silu(both.narrow(2, 0, config.FeedForwardSize));
        return x.add(down.Apply(gate * both.narrow(2, config.FeedForwardSize, config.FeedForwardSize)), Scalars.One);
    }

    /// <summary><c>[B, H, T, D]</c> to <c>[B, T, H D]</c>.</summary>
    private Tensor Join(Tensor heads) => heads.transpose(1, 2).reshape(heads.shape[0], heads.shape[2], (long)config.HeadCount * config.HeadSize);
}
