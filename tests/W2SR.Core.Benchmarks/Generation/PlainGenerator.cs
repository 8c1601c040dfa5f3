using TorchSharp;
using W2SR.Core.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Benchmarks.Generation;

/// <summary>
/// Batched generation as it is written at first: left-padded static batches that run until the longest row ends, a prompt read for every
/// sample, the cache grown by concatenation, key heads repeated, top-p by sorting the vocabulary. What the engine is compared with.
/// </summary>
internal sealed class PlainGenerator(CausalLm model) : IDisposable
{
    private readonly Dictionary<string, Tensor> weights = model.Parameters.NamedViews(model.Parameters.Values).ToDictionary();

    /// <summary>Runs one batch.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="lengths">Tokens after which each row ends.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="topP">Share of the probability that is kept.</param>
    public void Run(int[][] prompts, int[] lengths, double temperature, double topP)
    {
        using var quiet = no_grad();
        using var outer = NewDisposeScope();
        var width = prompts.Max(p => p.Length);
        var padding = prompts.Select(p => width - p.Length).ToArray();
        var ids = tensor(prompts.SelectMany(p => Enumerable.Repeat(0L, width - p.Length).Concat(p.Select(i => (long)i))).ToArray(), [prompts.Length, width]);
        var caches = new (Tensor Keys, Tensor Values)?[model.Config.LayerCount];
        for (var step = 0; step < lengths.Max(); step++)
        {
            using var scope = NewDisposeScope();
            var (before, past) = (ids, caches.ToArray());
            var logits = Forward(ids, padding, width + step, caches);
            ids = Sample(logits.to(ScalarType.Float32), temperature, topP).MoveToOuterDisposeScope();
            before.Dispose();
            foreach (var cache in caches)
            {
                cache!.Value.Keys.MoveToOuterDisposeScope();
                cache.Value.Values.MoveToOuterDisposeScope();
            }
            foreach (var cache in past)
            {
                cache?.Keys.Dispose();
                cache?.Values.Dispose();
            }
        }
    }

    public void Dispose()
    {
        foreach (var weight in weights.Values) weight.Dispose();
    }

    /// <summary><c>[B, T]</c> new ids to <c>[B, V]</c> logits of the last.</summary>
    private Tensor Forward(Tensor ids, int[] padding, int total, (Tensor Keys, Tensor Values)?[] caches)
    {
        var config = model.Config;
        long rows = ids.shape[0], length = ids.shape[1], start = total - length;
        var pad = tensor(Array.ConvertAll(padding, p => (long)p)).unsqueeze(1);
        var positions = (arange(start, total).unsqueeze(0) - pad).clamp_min(0);                                                // [B, T]
        var frequencies = pow(config.Rope.Theta, -arange(0, config.HeadSize, 2, ScalarType.Float32) / config.HeadSize);
        var angles = positions.to(ScalarType.Float32).unsqueeze(-1) * frequencies;
        var (cosines, sines) = (cat([angles.cos(), angles.cos()], -1).unsqueeze(1), cat([angles.sin(), angles.sin()], -1).unsqueeze(1)); // [B, 1, T, D]
        var places = arange(total);
        var mask = places.view(1, 1, 1, total).ge(pad.view(rows, 1, 1, 1)).logical_and(places.view(1, 1, 1, total).le(arange(start, total).view(1, 1, length, 1)));
        mask = mask.logical_or(places.view(1, 1, 1, total).eq(arange(start, total).view(1, 1, length, 1)));                    // padding sees itself, or softmax is NaN
        var x = weights["model.embed_tokens.weight"].index_select(0, ids.flatten()).view(rows, length, config.HiddenSize);
        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            Tensor W(string name) => weights[$"model.layers.{layer}.{name}.weight"];
            var h = Norm(x, W("input_layernorm"));
            Tensor Heads(string name, int count) => F.linear(h, W($"self_attn.{name}")).view(rows, length, count, config.HeadSize).transpose(1, 2);
            var queries = Rotate(Heads("q_proj", config.HeadCount), cosines, sines);
            var keys = Rotate(Heads("k_proj", config.KeyValueHeadCount), cosines, sines);
            var values = Heads("v_proj", config.KeyValueHeadCount);
            if (caches[layer] is { } past)
            {
                keys = cat([past.Keys, keys], 2);
                values = cat([past.Values, values], 2);
            }
            caches[layer] = (keys, values);
            var group = config.HeadCount / config.KeyValueHeadCount;
            var attended = F.scaled_dot_product_attention(queries, keys.repeat_interleave(group, 1), values.repeat_interleave(group, 1), mask);
            x = x + F.linear(attended.transpose(1, 2).reshape(rows, length, (long)config.HeadCount * config.HeadSize), W("self_attn.o_proj"));
            h = Norm(x, W("post_attention_layernorm"));
            x = x + F.linear(F.silu(F.linear(h, W("mlp.gate_proj"))) * F.linear(h, W("mlp.up_proj")), W("mlp.down_proj"));
        }
        var last = Norm(x.narrow(1, length - 1, 1).squeeze(1), weights["model.norm.weight"]);
        return F.linear(last, config.TieEmbeddings ? weights["model.embed_tokens.weight"] : weights["lm_head.weight"]);
    }

    private Tensor Norm(Tensor x, Tensor weight) =>
        (x.to(ScalarType.Float32) * (x.to(ScalarType.Float32).pow(2).mean([-1], keepdim: true) + model.Config.NormEpsilon).rsqrt()).to(x.dtype) * weight;

    private Tensor Rotate(Tensor heads, Tensor cosines, Tensor sines)
    {
        var half = model.Config.HeadSize / 2;
        var swapped = cat([-heads.narrow(-1, half, half), heads.narrow(-1, 0, half)], -1);
        return (heads * cosines + swapped * sines).to(heads.dtype);
    }

    private static Tensor Sample(Tensor logits, double temperature, double topP)
    {
        var (sorted, order) = sort((logits / temperature).softmax(-1), dim: -1, descending: true);
        var kept = sorted.masked_fill((sorted.cumsum(-1) - sorted).gt(topP), 0);
        return order.gather(1, multinomial(kept, 1));
    }
}
