using TorchSharp;
using TorchSharp.Modules;
using W2SR.Core.Models;
using W2SR.Core.Training;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Benchmarks.Training;

/// <summary>
/// Fine-tuning as one writes it first: a parameter for each weight, norms and rotations spelled out, key heads repeated, one padded batch, logits at
/// every position, cross-entropy with ignored labels, TorchSharp's own AdamW.
/// </summary>
internal sealed class PlainTrainer : IDisposable
{
    private readonly DecoderConfig config;
    private readonly Dictionary<string, Parameter> weights = [];
    private readonly Tensor cosines, sines;
    private readonly optim.Optimizer optimizer;

    public PlainTrainer(CausalLm model)
    {
        config = model.Config;
        using (NewDisposeScope())
        using (no_grad())
            foreach (var (name, view) in model.Parameters.NamedViews(model.Parameters.Values))
                weights.Add(name, (Parameter)new Parameter(view.clone()).DetachFromDisposeScope());
        using var scope = NewDisposeScope();
        var frequencies = pow(config.Rope.Theta, arange(0, config.HeadSize, 2, ScalarType.Float32) / -(double)config.HeadSize);
        var angles = outer(arange(config.ContextLength, ScalarType.Float32), frequencies);
        angles = cat([angles, angles], 1);
        cosines = angles.cos().DetachFromDisposeScope();
        sines = angles.sin().DetachFromDisposeScope();
        optimizer = optim.AdamW(weights.Values, lr: 1e-5);
    }

    /// <summary>One step on one padded batch.</summary>
    public double Step(IReadOnlyList<TrainingExample> examples)
    {
        using var scope = NewDisposeScope();
        var width = examples.Max(e => e.Length);
        long[] ids = new long[examples.Count * width], labels = new long[examples.Count * width];
        Array.Fill(labels, -100);
        for (var row = 0; row < examples.Count; row++)
            for (var t = 0; t < examples[row].Length; t++)
            {
                var (prompt, response) = (examples[row].PromptIds, examples[row].ResponseIds);
                var id = t < prompt.Length ? prompt[t] : response[t - prompt.Length];
                ids[row * width + t] = id;
                if (t >= prompt.Length) labels[row * width + t] = id;
            }
        optimizer.zero_grad();
        var logits = Logits(tensor(ids, [examples.Count, width])).narrow(1, 0, width - 1);
        var targets = tensor(labels, [examples.Count, width]).narrow(1, 1, width - 1);
        var loss = F.cross_entropy(logits.reshape(-1, config.VocabularySize), targets.reshape(-1), ignore_index: -100);
        loss.backward();
        nn.utils.clip_grad_norm_(weights.Values, 1);
        optimizer.step();
        return loss.ToDouble();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        foreach (var weight in weights.Values) weight.Dispose();
        cosines.Dispose();
        sines.Dispose();
    }

    private Tensor Logits(Tensor ids)
    {
        var x = weights["model.embed_tokens.weight"].index_select(0, ids.flatten()).view(ids.shape[0], ids.shape[1], config.HiddenSize);
        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            Parameter W(string name) => weights[$"model.layers.{layer}.{name}.weight"];
            var h = Norm(x, W("input_layernorm"));
            var (q, k, v) = (Heads(F.linear(h, W("self_attn.q_proj"))), Heads(F.linear(h, W("self_attn.k_proj"))), Heads(F.linear(h, W("self_attn.v_proj"))));
            var group = config.HeadCount / config.KeyValueHeadCount;
            var attended = F.scaled_dot_product_attention(Turn(q), Turn(k).repeat_interleave(group, 1), v.repeat_interleave(group, 1), is_casual: true);
            x = x + F.linear(attended.transpose(1, 2).reshape(x.shape[0], x.shape[1], -1), W("self_attn.o_proj"));
            h = Norm(x, W("post_attention_layernorm"));
            x = x + F.linear(F.silu(F.linear(h, W("mlp.gate_proj"))) * F.linear(h, W("mlp.up_proj")), W("mlp.down_proj"));
        }
        return F.linear(Norm(x, weights["model.norm.weight"]), weights[config.TieEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight"]);
    }

    private Tensor Norm(Tensor x, Tensor weight) => x * (x.pow(2).mean([-1], keepdim: true) + config.NormEpsilon).rsqrt() * weight;

    private Tensor Heads(Tensor x) => x.view(x.shape[0], x.shape[1], -1, config.HeadSize).transpose(1, 2);

    private Tensor Turn(Tensor heads)
    {
        var (half, length) = (config.HeadSize / 2, heads.shape[2]);
        var rotated = cat([-heads.narrow(-1, half, half), heads.narrow(-1, 0, half)], -1);
        return heads * cosines.narrow(0, 0, length) + rotated * sines.narrow(0, 0, length);
    }
}
