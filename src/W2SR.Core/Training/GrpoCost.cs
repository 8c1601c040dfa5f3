using W2SR.Core.Models;

namespace W2SR.Core.Training;

/// <summary>What a GRPO run has cost so far.</summary>
internal sealed class GrpoCost(DecoderConfig config)
{
    public long Generated { get; private set; }

    public long Trained { get; private set; }

    public double Flops { get; private set; }

    public (long Generated, long Trained, double Flops) State
    {
        get => (Generated, Trained, Flops);
        set => (Generated, Trained, Flops) = value;
    }

    public void CountRollouts(IReadOnlyList<Rollout> rollouts)
    {
        var written = rollouts.Sum(r => (long)r.Example.ResponseIds.Length);
        Generated += written;
        Flops += DecoderFlops.Forward(config, rollouts.Select(r => r.Example.Length - 1), written);
    }

    /// <param name="examples">What went through the model.</param>
    /// <param name="passes">In units of one forward pass: 3 for forward and backward, 1 for scoring or the reference.</param>
    /// <param name="trains">Whether these tokens count as trained.</param>
    public void CountPasses(IReadOnlyList<TrainingExample> examples, int passes, bool trains)
    {
        if (trains) Trained += examples.Sum(e => (long)e.Length - 1);
        Flops += passes * DecoderFlops.Forward(config, examples.Select(e => e.Length - 1), examples.Sum(e => e.ResponseIds.Length));
    }
}
