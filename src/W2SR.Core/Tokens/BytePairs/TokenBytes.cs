using System.Numerics;

namespace W2SR.Core.Tokens.BytePairs;

/// <summary>What every id decodes to, end to end in one array, and the ids of byte strings.</summary>
internal sealed class TokenBytes
{
    private readonly byte[] blob;
    private readonly int[] offsets; // [V + 1]
    private readonly int[] slots; // id + 1, or 0

    /// <param name="tokens">Bytes of each id; null where an id has no token.</param>
    /// <param name="isFindable">Whether an id can come out of merges, so that <see cref="Find"/> may give it.</param>
    public TokenBytes(IReadOnlyList<byte[]?> tokens, Func<int, bool> isFindable)
    {
        offsets = new int[tokens.Count + 1];
        for (var i = 0; i < tokens.Count; i++) offsets[i + 1] = checked(offsets[i] + (tokens[i]?.Length ?? 0));
        blob = new byte[offsets[^1]];
        slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, tokens.Count * 2L))];
        for (var id = 0; id < tokens.Count; id++)
        {
            if (tokens[id] is not { } bytes) continue;
            bytes.CopyTo(blob, offsets[id]);
            if (!isFindable(id)) continue;
            ref var slot = ref Slot(bytes);
            if (slot == 0) slot = id + 1;
        }
    }

    public int Count => offsets.Length - 1;

    /// <summary>Bytes of an id, empty where it has no token.</summary>
    public ReadOnlySpan<byte> this[int id] => blob.AsSpan(offsets[id], offsets[id + 1] - offsets[id]);

    /// <summary>The id of exactly these bytes, or -1.</summary>
    public int Find(ReadOnlySpan<byte> bytes) => Slot(bytes) - 1;

    private ref int Slot(ReadOnlySpan<byte> bytes)
    {
        var mask = slots.Length - 1;
        for (var i = (int)Hash(bytes) & mask; ; i = (i + 1) & mask)
            if (slots[i] == 0 || this[slots[i] - 1].SequenceEqual(bytes)) return ref slots[i];
    }

    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return (uint)hash.ToHashCode();
    }
}
