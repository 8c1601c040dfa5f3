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
    private readonly Tensor attentionNorm, qkv, output, feedForwardNorm, gateUp, down;
    private readonly Tensor? qkvBias, queryNorm, keyNorm, outputBias, gateUpBias, downBias;

    public DecoderBlock(DecoderConfig config, int layer, FlatParameters parameters, RotaryTable rotary)
    {
        this.config = config;
        this.layer = layer;
        this.rotary = rotary;
        long hidden = config.HiddenSize, size = config.HeadSize, all = (config.HeadCount + 2L * config.KeyValueHeadCount) * size;
        var prefix = $"model.layers.{layer}.";
        Tensor One(string name, params long[] shape) => parameters.Leaf(prefix + name, prefix + name, shape);
        attentionNorm = One("input_layernorm.weight", hidden);
        qkv = parameters.Leaf(prefix + "self_attn.q_proj.weight", prefix + "self_attn.v_proj.weight", all, hidden);
        if (config.AttentionBias) qkvBias = parameters.Leaf(prefix + "self_attn.q_proj.bias", prefix + "self_attn.v_proj.bias", all);
        if (config.QueryKeyNorm)
        {
            queryNorm = One("self_attn.q_norm.weight", size);
            keyNorm = One("self_attn.k_norm.weight", size);
        }
        output = One("self_attn.o_proj.weight", hidden, config.HeadCount * size);
        if (config.AttentionOutputBias) outputBias = One("self_attn.o_proj.bias", hidden);
        feedForwardNorm = One("post_attention_layernorm.weight", hidden);
        gateUp = parameters.Leaf(prefix + "mlp.gate_proj.weight", prefix + "mlp.up_proj.weight", 2L * config.FeedForwardSize, hidden);
        down = One("mlp.down_proj.weight", hidden, config.FeedForwardSize);
        if (config.FeedForwardBias)
        {
            gateUpBias = parameters.Leaf(prefix + "mlp.gate_proj.bias", prefix + "mlp.up_proj.bias", 2L * config.FeedForwardSize);
            downBias = One("mlp.down_proj.bias", hidden);
        }
    }

    /// <summary>Whole sequences; fills the cache when there is one.</summary>
    /// <param name="x"><c>[B, T, C]</c>.</param>
    /// <returns><c>[B, T, C]</c>.</returns>
    public Tensor Forward(Tensor x, Tensor cosines, Tensor sines, KvCache? cache)
    {
        var (heads, keysAndValues) = Project(x, cosines, sines);                                     // [B, H, T, D], [B, 2 KV, T, D]
        cache?.WritePrompt(layer, keysAndValues);
        var keys = keysAndValues.narrow(1, 0, config.KeyValueHeadCount);
        var values = keysAndValues.narrow(1, config.KeyValueHeadCount, config.KeyValueHeadCount);
        var attended = Attend(heads, keys, values);
        return FeedForward(x.add(F.linear(Join(attended, x), output, outputBias), Scalars.One));
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
        return FeedForward(x.add(F.linear(Join(attended, x), output, outputBias), Scalars.One));
    }

    /// <summary>Normalises the residual stream and gives the weights' type, which the matrix products take.</summary>
    public static Tensor Norm(Tensor x, Tensor weight, double epsilon) => x.dtype == weight.dtype
        ? NativeOps.RmsNorm(x, weight, epsilon)
        : NativeOps.RmsNorm(x, weight.to(x.dtype), epsilon).to(weight.dtype);

    private Tensor Attend(Tensor heads, Tensor keys, Tensor values) => config.HeadCount == config.KeyValueHeadCount
        ? F.scaled_dot_product_attention(heads, keys, values, is_casual: true)
        : NativeOps.Attention(heads, keys, values, mask: null, isCausal: true);

    private (Tensor Queries, Tensor KeysAndValues) Project(Tensor x, Tensor cosines, Tensor sines)
    {
        var shape = x.shape;
        long queries = config.HeadCount, shared = config.KeyValueHeadCount;
        var all = F.linear(Norm(x, attentionNorm, config.NormEpsilon), qkv, qkvBias)
            .view(shape[0], shape[1], queries + 2 * shared, config.HeadSize);                        // [B, T, H + 2 KV, D]
        var values = all.narrow(2, queries + shared, shared);
        Tensor heads, keys;
        if (queryNorm is null)
        {
            var turned = rotary.Apply(all.narrow(2, 0, queries + shared), cosines, sines);
            heads = turned.narrow(2, 0, queries);
            keys = turned.narrow(2, queries, shared);
        }
        else
        {
            heads = rotary.Apply(NativeOps.RmsNorm(all.narrow(2, 0, queries), queryNorm, config.NormEpsilon), cosines, sines);
            keys = rotary.Apply(NativeOps.RmsNorm(all.narrow(2, queries, shared), keyNorm!, config.NormEpsilon), cosines, sines);
        }
        return (heads.transpose(1, 2), cat([keys, values], 2).transpose(1, 2));
    }

    private Tensor FeedForward(Tensor x)
    {
        var both = F.linear(Norm(x, feedForwardNorm, config.NormEpsilon), gateUp, gateUpBias);      // [B, T, 2 F]
        var gate = F.silu(both.narrow(2, 0, config.FeedForwardSize));
        return x.add(F.linear(gate * both.narrow(2, config.FeedForwardSize, config.FeedForwardSize), down, downBias), Scalars.One);
    }

    private Tensor Join(Tensor heads, Tensor x) => heads.transpose(1, 2).reshape(x.shape[0], x.shape[1], (long)config.HeadCount * config.HeadSize);
}
