using System.Buffers;

namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>Finds the leftmost place where any of many strings stands, and there the longest of them.</summary>
internal sealed class AddedTokenTrie
{
    private readonly List<Node> nodes = [new()];
    private readonly SearchValues<char> firstUnits;

    /// <param name="patterns">The strings, none empty, and the index each stands for; of equal strings the first counts.</param>
    public AddedTokenTrie(IEnumerable<(string Pattern, int Value)> patterns)
    {
        foreach (var (pattern, value) in patterns)
        {
            var at = 0;
            foreach (var unit in pattern)
            {
                if (!nodes[at].Next.TryGetValue(unit, out var next))
                {
                    next = nodes.Count;
                    nodes[at].Next.Add(unit, next);
                    nodes.Add(new Node());
                }
                at = next;
            }
            if (nodes[at].Value < 0) nodes[at].Value = value;
        }
        firstUnits = SearchValues.Create([.. nodes[0].Next.Keys]);
    }

    public bool IsEmpty => nodes.Count == 1;

    /// <summary>The next match at or after <paramref name="from"/>.</summary>
    public bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int length, out int value)
    {
        for (start = from; start < text.Length; start++)
        {
            var ahead = text[start..].IndexOfAny(firstUnits);
            if (ahead < 0) break;
            start += ahead;
            if (Longest(text[start..], out length, out value)) return true;
        }
        (start, length, value) = (text.Length, 0, -1);
        return false;
    }

    private bool Longest(ReadOnlySpan<char> text, out int length, out int value)
    {
        (length, value) = (0, -1);
        var at = 0;
        for (var i = 0; i < text.Length && nodes[at].Next.TryGetValue(text[i], out at); i++)
            if (nodes[at].Value >= 0) (length, value) = (i + 1, nodes[at].Value);
        return value >= 0;
    }

    private sealed class Node
    {
        public Dictionary<char, int> Next { get; } = [];
        public int Value { get; set; } = -1;
    }
}
