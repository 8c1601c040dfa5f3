namespace W2SR.Core.Generation;

/// <summary>
/// Notices when a sequence goes round in a loop: its last tokens are an n-gram of up to 64 tokens, repeated without a break at least four
/// times and over at least 64 tokens.
/// </summary>
internal sealed class RepetitionDetector
{
    private const int LongestPeriod = 64, LeastRepeats = 4, LeastTokens = 64;
    private readonly int[] run = new int[LongestPeriod + 1]; // run[p]: how many last tokens equal the one p places before

    /// <summary>True once a loop was seen.</summary>
    public bool HasFired { get; private set; }

    /// <summary>Looks at the newest token.</summary>
    /// <param name="ids">All tokens, the new one included.</param>
    /// <returns>True while the sequence is in a loop.</returns>
    public bool Add(List<int> ids)
    {
        var last = ids.Count - 1;
        var isLooping = false;
        for (var period = 1; period <= LongestPeriod && period <= last; period++)
        {
            run[period] = ids[last] == ids[last - period] ? run[period] + 1 : 0;
            // A run of r matches at distance p means r + p tokens that are one n-gram of p tokens over and over.
            isLooping |= run[period] + period >= Math.Max(LeastTokens, LeastRepeats * period);
        }
        HasFired |= isLooping;
        return isLooping;
    }
}
