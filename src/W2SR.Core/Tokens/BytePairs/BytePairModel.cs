using System.Buffers;
using System.Text;

namespace W2SR.Core.Tokens.BytePairs;

/// <summary>Byte-level byte-pair encoding of single words.</summary>
internal sealed class BytePairModel
{
    // Up to here looking through all pairs for the best is quicker than a heap; measured flat between 32 and 128.
    private const int ShortWord = 64;

    private readonly TokenBytes tokens;
    private readonly MergeTable merges;
    private readonly bool ignoreMerges;
    private readonly int[] byteIds = new int[256]; // -1: no token
    private readonly int unknownId;
    private readonly bool fuseUnknown;
    private readonly WordCache cache = new();

    /// <param name="tokens">Bytes of the ids.</param>
    /// <param name="merges">Merges by rank.</param>
    /// <param name="ignoreMerges">A word that is a token as a whole is taken whole, whether merges reach it or not.</param>
    /// <param name="unknownId">Stands for bytes without a token, or -1: they are left out.</param>
    /// <param name="fuseUnknown">One unknown id for neighbouring bytes without a token.</param>
    public BytePairModel(TokenBytes tokens, MergeTable merges, bool ignoreMerges, int unknownId, bool fuseUnknown)
    {
        (this.tokens, this.merges, this.ignoreMerges, this.unknownId, this.fuseUnknown) = (tokens, merges, ignoreMerges, unknownId, fuseUnknown);
        for (var b = 0; b < 256; b++) byteIds[b] = tokens.Find([(byte)b]);
    }

    /// <summary>Adds the ids of a word, which is well-formed and not empty.</summary>
    public void Append(ReadOnlySpan<char> word, ref IdBuffer ids)
    {
        if (word.Length > WordCache.MaxLength)
        {
            Merge(word, ref ids);
            return;
        }
        var hash = WordCache.Hash(word);
        if (cache.TryAppend(word, hash, ref ids)) return;
        var start = ids.Count;
        Merge(word, ref ids);
        cache.Keep(word, hash, ids.From(start));
    }

    private void Merge(ReadOnlySpan<char> word, ref IdBuffer ids)
    {
        const int onStack = 256;
        var capacity = Encoding.UTF8.GetMaxByteCount(word.Length);
        var rented = capacity > onStack ? ArrayPool<byte>.Shared.Rent(capacity) : null;
        var bytes = rented ?? stackalloc byte[onStack];
        bytes = bytes[..Encoding.UTF8.GetBytes(word, bytes)];
        if (ignoreMerges && tokens.Find(bytes) is >= 0 and var whole) ids.Add(whole);
        else if (bytes.Length <= ShortWord) MergeShort(bytes, ref ids);
        else new LongWordMerge(merges).Append(Symbols(bytes, new int[bytes.Length + 1]), ref ids);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>The ids of single bytes. Bytes without a token are dropped or become the unknown id, and their neighbours may merge across the gap.</summary>
    private Span<int> Symbols(ReadOnlySpan<byte> bytes, Span<int> symbols)
    {
        var count = 0;
        var afterUnknown = false;
        foreach (var b in bytes)
        {
            var id = byteIds[b];
            var isUnknown = id < 0;
            if (isUnknown && (unknownId < 0 || fuseUnknown && afterUnknown)) continue;
            symbols[count++] = isUnknown ? unknownId : id;
            afterUnknown = isUnknown;
        }
        return symbols[..count];
    }

    /// <summary>Merges the pair of the lowest rank, the leftmost of equals, until none is left.</summary>
    private void MergeShort(ReadOnlySpan<byte> bytes, ref IdBuffer ids)
    {
        var symbols = Symbols(bytes, stackalloc int[ShortWord]);
        var count = symbols.Length;
        Span<int> ranks = stackalloc int[ShortWord]; // of the pair that begins here
        for (var i = 0; i + 1 < count; i++) ranks[i] = merges.Rank(symbols[i], symbols[i + 1]);
        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i + 1 < count; i++)
                if (ranks[i] < ranks[best]) best = i;
            if (ranks[best] == MergeTable.None) break;
            merges.Rank(symbols[best], symbols[best + 1], out symbols[best]);
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            ranks[(best + 1)..count].CopyTo(ranks[best..]);
            count--;
            if (best > 0) ranks[best - 1] = merges.Rank(symbols[best - 1], symbols[best]);
            if (best + 1 < count) ranks[best] = merges.Rank(symbols[best], symbols[best + 1]);
        }
        ids.Add(symbols[..count]);
    }
}
