namespace W2SR.Core.Evaluation.Statistics;

/// <summary>maj@k: how often a majority vote over k answers is right.</summary>
/// <remarks>Wang et al. (arXiv:2203.11171), self-consistency. Answers that are null do not vote; ties are broken evenly; no vote at all is wrong.</remarks>
public static class MajorityVote
{
    /// <summary>Mean over all ways to choose k of the n answers.</summary>
    /// <param name="answers">The answers of one problem in normal form; null where there is none.</param>
    /// <param name="correct">The right answer.</param>
    /// <param name="k">From 1 to n.</param>
    public static double WithoutReplacement(IReadOnlyList<string?> answers, string correct, int k)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, answers.Count);
        // k successes of n by weights C(n, c), each factor divided so that sums stay near 1.
        return Expected(answers, correct, k, (count, votes) => Choose(count, votes)) / Choose(answers.Count, k);
    }

    /// <summary>The same for k independent draws from the answers.</summary>
    /// <inheritdoc cref="WithoutReplacement"/>
    public static double WithReplacement(IReadOnlyList<string?> answers, string correct, int k)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentOutOfRangeException.ThrowIfZero(answers.Count);
        double n = answers.Count;
        var factorial = 1.0;
        for (var i = 2; i <= k; i++) factorial *= i;
        return Expected(answers, correct, k, (count, votes) =>
        {
            var weight = 1.0;
            for (var i = 1; i <= votes; i++) weight *= count / n / i;
            return weight;
        }) * factorial;
    }

    /// <summary>The winner of the whole list; among equals the one seen first. Null without votes.</summary>
    public static string? Winner(IReadOnlyList<string?> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return answers.Where(a => a is not null).GroupBy(a => a!, StringComparer.Ordinal).OrderByDescending(g => g.Count()).FirstOrDefault()?.Key;
    }

    /// <summary>Sum over the vote counts of all answers, right one first, of its share of the win times the weights' product.</summary>
    private static double Expected(IReadOnlyList<string?> answers, string correct, int k, Func<int, int, double> weigh)
    {
        ArgumentNullException.ThrowIfNull(correct);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        var right = answers.Count(a => a == correct);
        var silent = answers.Count(a => a is null);
        var others = answers.Where(a => a is not null && a != correct).GroupBy(a => a!, StringComparer.Ordinal).Select(g => g.Count()).ToArray();
        var total = 0.0;
        // Drawing with replacement, an answer may be drawn more often than it stands there.
        for (var votes = 1; votes <= k; votes++)
        {
            var own = right == 0 ? 0 : weigh(right, votes);
            if (own != 0) total += own * ShareOfWin(others, silent, votes, k - votes, weigh);
        }
        return total;
    }

    /// <summary>Sum over the others' counts, none above <paramref name="votes"/>, of 1 / (1 + ties) times their weights; silent ones take the rest.</summary>
    private static double ShareOfWin(int[] others, int silent, int votes, int left, Func<int, int, double> weigh)
    {
        var ties = left / votes;
        var table = new double[ties + 1, left + 1]; // [answers tied so far, draws used so far]
        table[0, 0] = 1;
        foreach (var count in others)
        {
            var next = new double[ties + 1, left + 1];
            for (var c = 0; c <= Math.Min(votes, left); c++)
            {
                var weight = weigh(count, c);
                if (weight == 0) continue;
                var tied = c == votes ? 1 : 0;
                for (var t = 0; t + tied <= ties; t++)
                    for (var used = 0; used + c <= left; used++)
                        next[t + tied, used + c] += table[t, used] * weight;
            }
            table = next;
        }
        var sum = 0.0;
        for (var t = 0; t <= ties; t++)
            for (var used = 0; used <= left; used++)
                if (table[t, used] != 0) sum += table[t, used] * (silent == 0 ? used == left ? 1 : 0 : weigh(silent, left - used)) / (1 + t);
        return sum;
    }

    private static double Choose(int n, int k)
    {
        if (k < 0 || k > n) return 0;
        var result = 1.0;
        for (var i = 1; i <= Math.Min(k, n - k); i++) result = result * (n - Math.Min(k, n - k) + i) / i;
        return result;
    }
}
