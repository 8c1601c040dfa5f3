using TorchSharp;
using W2SR.Core.Models;
using static TorchSharp.torch;

namespace W2SR.Core.Training;

/// <summary>
/// The policy that the KL penalty measures from: the weights before training. Where only an adapter trains, the base is there anyway: the adapter is
/// switched off while the reference scores, or exchanged for a copy of itself where it was trained before.
/// </summary>
internal sealed class PolicyReference : IDisposable
{
    private readonly CausalLm model;
    private readonly LoraAdapter? frozen;
    private readonly bool ownsModel;

    private PolicyReference(CausalLm model, LoraAdapter? frozen, bool ownsModel) => (this.model, this.frozen, this.ownsModel) = (model, frozen, ownsModel);

    /// <summary>The reference of a student, or null where nothing is penalised, so that no second copy is held.</summary>
    /// <param name="model">The student's, before its first update.</param>
    /// <param name="options">Whose <see cref="PolicyLossOptions.Beta"/> decides.</param>
    public static PolicyReference? For(CausalLm model, PolicyLossOptions options)
    {
        if (options.Beta == 0) return null;
        if (model.Adapter is not { } adapter) return new PolicyReference(model.Clone(), null, ownsModel: true);
        return new PolicyReference(model, ChangesNothing(adapter) ? null : adapter.CopyFor(model), ownsModel: false);
    }

    /// <summary>Log-probs of a batch's supervised tokens, without a graph.</summary>
    public TokenScores Score(ExampleBatch batch, double temperature, PassOptions pass)
    {
        using var quiet = no_grad();
        if (ownsModel) return new TokenScores(model, batch, temperature, options: pass);
        var trained = model.Detach();
        try
        {
            if (frozen is not null) model.Attach(frozen);
            return new TokenScores(model, batch, temperature, options: pass);
        }
        finally
        {
            if (frozen is not null) model.Detach();
            model.Attach(trained);
        }
    }

    public void Dispose()
    {
        if (ownsModel) model.Dispose();
        frozen?.Dispose();
    }

    /// <summary>True of a fresh adapter: every B is zero, and there is nothing else in it.</summary>
    private static bool ChangesNothing(LoraAdapter adapter)
    {
        if (adapter.Config.ModulesToSave.Count > 0 || adapter.Config.Bias != LoraBias.None || adapter.Config.AdapterBias) return false;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return adapter.Parameters.NamedViews(adapter.Parameters.Values)
            .Where(v => v.Key.EndsWith(".lora_B.weight", StringComparison.Ordinal)).All(v => !v.Value.any().ToBoolean());
    }
}
