using System.Numerics;
using System.Runtime.CompilerServices;

namespace W2SR.Core.Tokens.BytePairs;

/// <summary>Which pairs of ids merge, how early and into what: an open-addressed hash over the pair as one 64-bit key.</summary>
internal sealed class MergeTable
{
    /// <summary>Rank of a pair that does not merge: behind every other.</summary>
    public const int None = int.MaxValue;

    private readonly Slot[] slots;
    private readonly int shift;

    public MergeTable(int count)
    {
        // At most half full, so that most misses end at the first slot.
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, count * 2L));
        slots = new Slot[size];
        shift = 64 - BitOperations.Log2((uint)size);
        slots.AsSpan().Fill(new Slot(ulong.MaxValue, None, -1));
    }

    /// <summary>Adds a merge; a pair that is there already takes the later rank, as in the Rust library.</summary>
    public void Set(int left, int right, int rank, int result)
    {
        var key = Key(left, right);
        ref var slot = ref Find(key);
        slot = new Slot(key, rank, result);
    }

    /// <summary>Rank of a pair, or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Rank(int left, int right) => Find(Key(left, right)).Rank;

    /// <summary>Rank of a pair, or <see cref="None"/>, and the id it merges into.</summary>
    public int Rank(int left, int right, out int result)
    {
        ref var slot = ref Find(Key(left, right));
        result = slot.Result;
        return slot.Rank;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Slot Find(ulong key)
    {
        var mask = slots.Length - 1;
        // Fibonacci hashing: the high bits of the product depend on all bits of the key.
        for (var i = (int)(key * 0x9E3779B97F4A7C15 >> shift); ; i = (i + 1) & mask)
        {
            ref var slot = ref slots[i];
            if (slot.Key == key || slot.Key == ulong.MaxValue) return ref slot;
        }
    }

    private static ulong Key(int left, int right) => (ulong)(uint)left << 32 | (uint)right;

    private readonly record struct Slot(ulong Key, int Rank, int Result);
}
