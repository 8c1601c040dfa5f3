using W2SR.Core.Problems;
using W2SR.Core.Traces;

namespace W2SR.Core.Evaluation;

/// <summary>
/// Lists test problems whose word n-grams stand in training texts. Words are runs of letters and digits, in lower case; a problem shorter
/// than n words is looked for whole.
/// </summary>
/// <remarks>As for GPT-3 (arXiv:2005.14165), appendix C, with its n of 13 at most.</remarks>
public static class ContaminationCheck
{
    /// <summary>Length of the n-grams unless told otherwise.</summary>
    public const int DefaultNgram = 13;

    /// <summary>Looks for test problems among training texts.</summary>
    /// <param name="test">The test problems.</param>
    /// <param name="training">Training texts with a name each: questions, traces, or both joined.</param>
    /// <param name="ngram">Words that must agree in a row.</param>
    /// <returns>Problems with at least one shared n-gram, the largest overlap first.</returns>
    public static IReadOnlyList<ContaminatedProblem> Find(
        IReadOnlyList<Problem> test, IEnumerable<(string Id, string Text)> training, int ngram = DefaultNgram)
    {
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentOutOfRangeException.ThrowIfLessThan(ngram, 1);
        // Texts are compared through 64-bit hashes of their n-grams: two of a billion agree by chance once in 40 such checks, and a hit is only listed, not acted on.
        var owners = new Dictionary<(int Length, ulong Hash), List<int>>();
        var totals = new int[test.Count];
        for (var p = 0; p < test.Count; p++)
        {
            var words = Words(test[p].Question);
            if (words.Count == 0) continue;
            var length = Math.Min(ngram, words.Count);
            foreach (var hash in Hashes(words, length).Distinct())
            {
                if (!owners.TryGetValue((length, hash), out var list)) owners.Add((length, hash), list = []);
                list.Add(p);
                totals[p]++;
            }
        }
        var lengths = owners.Keys.Select(k => k.Length).Distinct().ToArray();
        var best = new Dictionary<int, (string Id, int Shared, int Texts)>();
        foreach (var (id, text) in training)
        {
            var words = Words(text);
            var shared = new Dictionary<int, int>();
            foreach (var length in lengths)
                foreach (var hash in Hashes(words, length).Distinct())
                    if (owners.TryGetValue((length, hash), out var list))
                        foreach (var p in list) shared[p] = shared.GetValueOrDefault(p) + 1;
            foreach (var (p, count) in shared)
            {
                var known = best.GetValueOrDefault(p, (Id: id, Shared: 0, Texts: 0));
                best[p] = count > known.Shared ? (id, count, known.Texts + 1) : (known.Id, known.Shared, known.Texts + 1);
            }
        }
        return [.. best.OrderBy(b => b.Key)
            .Select(b => new ContaminatedProblem(test[b.Key].Id, b.Value.Id, (double)b.Value.Shared / totals[b.Key], b.Value.Shared, b.Value.Texts))
            .OrderByDescending(c => c.Overlap)];
    }

    /// <summary>The same for traces with the questions that they answer.</summary>
    /// <param name="test">The test problems.</param>
    /// <param name="training">The problems trained on.</param>
    /// <param name="traces">The traces trained on.</param>
    /// <param name="ngram">Words that must agree in a row.</param>
    public static IReadOnlyList<ContaminatedProblem> Find(
        IReadOnlyList<Problem> test, IReadOnlyList<Problem> training, IReadOnlyList<Trace> traces, int ngram = DefaultNgram)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(traces);
        return Find(test, training.Select(p => (p.Id, p.Question)).Concat(traces.Select(t => (FormattableString.Invariant($"{t.ProblemId} sample {t.SampleIndex}"), t.Response))), ngram);
    }

    private static List<ulong> Words(string text)
    {
        const ulong start = 14695981039346656037, prime = 1099511628211; // FNV-1a, the same on every machine
        var words = new List<ulong>();
        var hash = start;
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c)) hash = (hash ^ char.ToLowerInvariant(c)) * prime;
            else if (hash != start)
            {
                words.Add(hash);
                hash = start;
            }
        }
        if (hash != start) words.Add(hash);
        return words;
    }

    private static IEnumerable<ulong> Hashes(List<ulong> words, int length)
    {
        for (var i = 0; i + length <= words.Count; i++)
        {
            var hash = 1469598103934665603UL;
            for (var j = i; j < i + length; j++)
            {
                hash = (hash ^ words[j]) * 0x9E3779B97F4A7C15;
                hash ^= hash >> 29;
            }
            yield return hash;
        }
    }
}
