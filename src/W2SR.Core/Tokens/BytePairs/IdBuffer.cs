using System.Buffers;

namespace W2SR.Core.Tokens.BytePairs;

/// <summary>Ids as they are found, in a rented array.</summary>
internal struct IdBuffer(int capacity)
{
    private int[] items = ArrayPool<int>.Shared.Rent(Math.Max(16, capacity));
    private int count;

    public readonly int Count => count;

    public readonly ReadOnlySpan<int> From(int start) => items.AsSpan(start, count - start);

    public void Add(int id)
    {
        if (count == items.Length) Grow(1);
        items[count++] = id;
    }

    public void Add(ReadOnlySpan<int> ids)
    {
        if (ids.Length > items.Length - count) Grow(ids.Length);
        ids.CopyTo(items.AsSpan(count));
        count += ids.Length;
    }

    /// <summary>Hands out the ids and gives the array back.</summary>
    public int[] Take()
    {
        var ids = items.AsSpan(0, count).ToArray();
        ArrayPool<int>.Shared.Return(items);
        items = [];
        count = 0;
        return ids;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<int>.Shared.Rent(Math.Max(items.Length * 2, count + needed));
        items.AsSpan(0, count).CopyTo(larger);
        ArrayPool<int>.Shared.Return(items);
        items = larger;
    }
}
