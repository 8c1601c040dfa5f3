using W2SR.Core.Models;

namespace W2SR.Core.Training;

/// <summary>The policy that the KL penalty measures from: a frozen copy of the weights before training.</summary>
internal sealed class PolicyReference(CausalLm model) : IDisposable
{
    /// <summary>The reference of a student, or null where nothing is penalised, so that no second copy is held.</summary>
    public static PolicyReference? For(CausalLm model, PolicyLossOptions options) => options.Beta > 0 ? new PolicyReference(model.Clone()) : null;

    /// <summary>Log-probs of a batch's supervised tokens, without a graph.</summary>
    public TokenScores Score(ExampleBatch batch, double temperature, PassOptions pass)
    {
        using var quiet = TorchSharp.torch.no_grad();
        return new TokenScores(model, batch, temperature, options: pass);
    }

    public void Dispose() => model.Dispose();
}
