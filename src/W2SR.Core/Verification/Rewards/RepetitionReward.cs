using System.Runtime.InteropServices;

namespace W2SR.Core.Verification.Rewards;

/// <summary>Punishes repeated n-grams of tokens: (1 - distinct / all) times the penalty; 0 for a response shorter than one n-gram.</summary>
public sealed class RepetitionReward : IReward
{
    private readonly int ngramSize;
    private readonly double maxPenalty;

    /// <summary>Creates the punishment.</summary>
    /// <param name="ngramSize">Tokens of an n-gram.</param>
    /// <param name="maxPenalty">The score that endless repetition tends to; zero or negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">No tokens in an n-gram, or a positive penalty.</exception>
    public RepetitionReward(int ngramSize = 3, double maxPenalty = -1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ngramSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPenalty, 0);
        (this.ngramSize, this.maxPenalty) = (ngramSize, maxPenalty);
    }

    /// <inheritdoc/>
    public string Name => "repetition";

    /// <inheritdoc/>
    public double? Score(RewardInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        int[] ids = [.. input.TokenIds];
        var total = ids.Length - ngramSize + 1;
        if (total < 1) return 0;
        var seen = new HashSet<int>(total, new NgramComparer(ids, ngramSize));
        for (var i = 0; i < total; i++) seen.Add(i);
        return (1 - (double)seen.Count / total) * maxPenalty;
    }

    /// <summary>Compares n-grams by where they begin.</summary>
    private sealed class NgramComparer(int[] ids, int size) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => ids.AsSpan(x, size).SequenceEqual(ids.AsSpan(y, size));

        public int GetHashCode(int start)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(ids.AsSpan(start, size)));
            return hash.ToHashCode();
        }
    }
}
