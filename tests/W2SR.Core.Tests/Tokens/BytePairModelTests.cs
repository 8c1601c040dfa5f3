using System.Text;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens.BytePairs;

namespace W2SR.Core.Tests.Tokens;

/// <summary>The merge loops against the definition: again and again the pair of the lowest rank, the leftmost of equals.</summary>
public sealed class BytePairModelTests
{
    [Fact]
    public void Append_RandomVocabularies_EqualsTheDefinition()
    {
        for (var seed = 0; seed < LongChecks.Rounds(12, 200); seed++)
        {
            var random = new Random(seed);
            var (tokens, merges) = RandomVocabulary(random);
            var table = new MergeTable(merges.Count);
            foreach (var ((left, right), (rank, result)) in merges) table.Set(left, right, rank, result);
            var model = new BytePairModel(new TokenBytes(tokens, _ => true), table, ignoreMerges: false, -1, false);
            foreach (var length in (int[])[1, 2, 3, 10, 31, 33, 63, 64, 65, 200, 500])
            {
                var word = string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(3))));
                foreach (var pass in (string[])["fresh", "cached"])
                {
                    var ids = new IdBuffer(0);
                    model.Append(word, ref ids);
                    Assert.True(Slow(word, tokens, merges).AsSpan().SequenceEqual(ids.Take()), $"seed {seed}, {pass}: {word}");
                }
            }
        }
    }

    private static (List<byte[]?> Tokens, Dictionary<(int, int), (int Rank, int Result)> Merges) RandomVocabulary(Random random)
    {
        List<byte[]?> tokens = ["a"u8.ToArray(), "b"u8.ToArray(), "c"u8.ToArray()];
        var merges = new Dictionary<(int, int), (int, int)>();
        while (merges.Count < 60)
        {
            var (left, right) = (random.Next(tokens.Count), random.Next(tokens.Count));
            byte[] joined = [.. tokens[left]!, .. tokens[right]!];
            if (joined.Length > 12 || merges.ContainsKey((left, right))) continue;
            var id = tokens.FindIndex(t => t!.AsSpan().SequenceEqual(joined)); // several merges may lead to one token
            if (id < 0)
            {
                id = tokens.Count;
                tokens.Add(joined);
            }
            merges.Add((left, right), (merges.Count, id));
        }
        return (tokens, merges);
    }

    private static int[] Slow(string word, List<byte[]?> tokens, Dictionary<(int, int), (int Rank, int Result)> merges)
    {
        var ids = Encoding.UTF8.GetBytes(word).Select(b => tokens.FindIndex(t => t!.Length == 1 && t[0] == b)).ToList();
        while (true)
        {
            int? best = null;
            for (var i = 0; i + 1 < ids.Count; i++)
                if (merges.TryGetValue((ids[i], ids[i + 1]), out var merge) && (best is null || merge.Rank < merges[(ids[best.Value], ids[best.Value + 1])].Rank)) best = i;
            if (best is not { } at) return [.. ids];
            ids[at] = merges[(ids[at], ids[at + 1])].Result;
            ids.RemoveAt(at + 1);
        }
    }
}
