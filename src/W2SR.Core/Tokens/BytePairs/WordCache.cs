using System.Runtime.InteropServices;

namespace W2SR.Core.Tokens.BytePairs;

/// <summary>
/// Ids of words seen before. A fixed number of slots in pairs, without locks: a slot holds one reference to an immutable entry, so a reader sees
/// a whole entry or another whole entry, and a lost write costs one merge later. Memory is bounded by the slots and the longest word kept.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Longer words are rare, and long texts without blanks would fill the memory.</summary>
    public const int MaxLength = 32;

    private const int SlotCount = 1 << 16;
    private readonly Entry?[] slots = new Entry?[SlotCount];

    /// <summary>Adds the ids of a word to the buffer if it is known.</summary>
    /// <param name="word">A word of at most <see cref="MaxLength"/> units.</param>
    /// <param name="hash">Its <see cref="Hash"/>.</param>
    /// <param name="ids">Where the ids go.</param>
    public bool TryAppend(ReadOnlySpan<char> word, uint hash, ref IdBuffer ids)
    {
        var index = hash & (SlotCount - 1);
        var entry = slots[index];
        if (entry is null || entry.Hash != hash || !word.SequenceEqual(entry.Word))
        {
            entry = slots[index ^ 1];
            if (entry is null || entry.Hash != hash || !word.SequenceEqual(entry.Word)) return false;
        }
        if (entry.Ids is { } many) ids.Add(many);
        else ids.Add(entry.SingleId);
        return true;
    }

    /// <summary>Keeps the ids of a word; the older of the two words in its pair of slots is forgotten.</summary>
    public void Keep(ReadOnlySpan<char> word, uint hash, ReadOnlySpan<int> ids)
    {
        if (ids.Length > MaxLength) return;
        var index = hash & (SlotCount - 1);
        slots[index ^ 1] = slots[index];
        slots[index] = new Entry(word.ToString(), hash, ids.Length == 1 ? ids[0] : 0, ids.Length == 1 ? null : ids.ToArray());
    }

    /// <summary>A quick hash of a word; collisions cost time, never correctness.</summary>
    public static uint Hash(ReadOnlySpan<char> word)
    {
        const ulong prime = 0x9E3779B97F4A7C15;
        var hash = (ulong)word.Length * prime;
        var quads = MemoryMarshal.Cast<char, ulong>(word);
        foreach (var quad in quads)
        {
            hash = (hash ^ quad) * prime;
            hash ^= hash >> 32;
        }
        foreach (var unit in word[(quads.Length * 4)..]) hash = (hash ^ unit) * prime;
        return (uint)(hash >> 32);
    }

    private sealed class Entry(string word, uint hash, int singleId, int[]? ids)
    {
        public readonly string Word = word;
        public readonly uint Hash = hash;
        public readonly int SingleId = singleId;
        public readonly int[]? Ids = ids; // null: one id, the common case
    }
}
