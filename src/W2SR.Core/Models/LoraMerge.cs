using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>Folds an attached adapter into plain weights.</summary>
internal static class LoraMerge
{
    /// <summary>A model of its own that computes what base and adapter compute together.</summary>
    public static CausalLm Merge(CausalLm model, LoraAdapter adapter)
    {
        // A head or embedding of its own unties the two, whatever the configuration said.
        var unties = model.Config.TieEmbeddings && (adapter.SavedHead is not null || adapter.SavedEmbedding is not null);
        var merged = new CausalLm(unties ? model.Config with { TieEmbeddings = false } : model.Config, model.Target);
        try
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var from = model.Parameters.NamedViews(model.Parameters.Values).ToDictionary();
            var added = adapter.Parameters.NamedViews(adapter.Parameters.Values).ToDictionary();
            var into = merged.Parameters.NamedViews(merged.Parameters.Values).ToDictionary();
            foreach (var (name, view) in into)
                view.copy_(Replacement(name, added) ?? (from.TryGetValue(name, out var origin) ? origin : from["model.embed_tokens.weight"]));
            foreach (var target in adapter.Targets)
            {
                var factor = target.Scale;
                using Scalar scale = factor;
                var weight = into[target.Name + ".weight"];
                weight.add_(added[LoraNames.Up(target.Name)].matmul(added[LoraNames.Down(target.Name)]), scale);
                if (!added.TryGetValue(LoraNames.UpBias(target.Name), out var bias)) continue;
                if (!into.TryGetValue(target.Name + ".bias", out var baseBias))
                    throw new InvalidOperationException($"The adapter has a bias on {target.Name}, and the base has none to merge it into (lora_bias). Keep the adapter attached instead.");
                baseBias.add_(bias, scale);
            }
            return merged;
        }
        catch
        {
            merged.Dispose();
            throw;
        }
    }

    private static Tensor? Replacement(string name, Dictionary<string, Tensor> added)
    {
        if (added.TryGetValue(LoraNames.Prefix + name, out var whole)) return whole;
        var dot = name.LastIndexOf('.');
        return added.GetValueOrDefault($"{LoraNames.Prefix}{name[..dot]}.base_layer{name[dot..]}");
    }
}
