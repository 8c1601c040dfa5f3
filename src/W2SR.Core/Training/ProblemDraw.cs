using W2SR.Core.Common;
using W2SR.Core.Problems;

namespace W2SR.Core.Training;

/// <summary>Where a <see cref="ProblemDraw"/> stands; part of a checkpoint.</summary>
/// <param name="Pass">Passes over the problems that are over.</param>
/// <param name="Position">Problems of this pass that are used up.</param>
/// <param name="Settled">Ids of problems whose responses were all alike last time.</param>
internal sealed record ProblemDrawState(int Pass, int Position, IReadOnlyList<string> Settled);

/// <summary>
/// Draws problems in whole passes, each in its own order, so that what a step sees depends on the seed and what came before alone. Problems that
/// have nothing to teach for now can be passed over with a chance.
/// </summary>
internal sealed class ProblemDraw
{
    private readonly IReadOnlyList<Problem> problems;
    private readonly ulong seed;
    private readonly double settledChance;
    private readonly HashSet<string> settled = new(StringComparer.Ordinal);
    private readonly int[] order;
    private int pass, position;

    public ProblemDraw(IReadOnlyList<Problem> problems, ulong seed, double settledChance)
    {
        (this.problems, this.seed, this.settledChance) = (problems, seed, settledChance);
        order = new int[problems.Count];
        Shuffle();
    }

    public ProblemDrawState State
    {
        get => new(pass, position, [.. settled.Order(StringComparer.Ordinal)]);
        set
        {
            (pass, position) = (value.Pass, value.Position);
            settled.Clear();
            settled.UnionWith(value.Settled);
            Shuffle();
        }
    }

    /// <summary>Draws different problems.</summary>
    /// <param name="count">How many; fewer come when fewer than that are not excluded.</param>
    /// <param name="excluded">Ids that this step has used already; what is drawn is added.</param>
    /// <param name="wholePass">Begins a new pass rather than split the draw over two.</param>
    public List<Problem> Next(int count, HashSet<string> excluded, bool wholePass)
    {
        if (wholePass && position + count > order.Length && settledChance == 1) NextPass();
        var drawn = new List<Problem>(count);
        // Twice through at most: the second pass takes settled problems too, so that a world of settled problems still gives a batch.
        for (var seen = 0; drawn.Count < count && seen < 2 * order.Length; seen++)
        {
            if (position == order.Length) NextPass();
            var problem = problems[order[position++]];
            if (excluded.Contains(problem.Id)) continue;
            if (seen < order.Length && settled.Contains(problem.Id) && Chance(problem.Id) >= settledChance) continue;
            excluded.Add(problem.Id);
            drawn.Add(problem);
        }
        return drawn;
    }

    /// <summary>Remembers how a problem went.</summary>
    public void Observe(string problemId, bool isSettled)
    {
        if (isSettled) settled.Add(problemId);
        else settled.Remove(problemId);
    }

    private double Chance(string problemId) => new RandomStream(seed, "settled " + problemId, 0, pass).NextUniform();

    private void NextPass()
    {
        pass++;
        position = 0;
        Shuffle();
    }

    private void Shuffle()
    {
        for (var i = 0; i < order.Length; i++) order[i] = i;
        new RandomStream(seed, "grpo problems", pass).Shuffle<int>(order);
    }
}
