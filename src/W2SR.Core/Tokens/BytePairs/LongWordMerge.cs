using System.Buffers;

namespace W2SR.Core.Tokens.BytePairs;

/// <summary>Merges a long word with a heap over a linked list of symbols: n log n where looking through all pairs would be n squared.</summary>
internal readonly struct LongWordMerge(MergeTable merges)
{
    /// <summary>Adds the ids of the merged word.</summary>
    /// <param name="symbols">Ids of the bytes; overwritten.</param>
    /// <param name="ids">Where the result goes.</param>
    public void Append(Span<int> symbols, ref IdBuffer ids)
    {
        var count = symbols.Length;
        if (count == 0) return;
        var rented = ArrayPool<int>.Shared.Rent(count * 2);
        // Every merge takes a symbol away and adds at most two candidates.
        var heap = new Candidates(ArrayPool<ulong>.Shared.Rent(count * 3));
        Span<int> next = rented.AsSpan(0, count), previous = rented.AsSpan(count, count);
        for (var i = 0; i < count; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
            if (i + 1 < count) Push(ref heap, symbols[i], symbols[i + 1], i);
        }
        while (heap.TryPop(out var rank, out var left))
        {
            var right = next[left];
            // Out of date: the left symbol is gone, or the pair is no longer the one that was meant (a rank names one pair).
            if (symbols[left] < 0 || right >= count) continue;
            if (merges.Rank(symbols[left], symbols[right], out var merged) != rank) continue;
            symbols[left] = merged;
            symbols[right] = -1;
            next[left] = next[right];
            if (next[left] < count)
            {
                previous[next[left]] = left;
                Push(ref heap, merged, symbols[next[left]], left);
            }
            if (previous[left] >= 0) Push(ref heap, symbols[previous[left]], merged, previous[left]);
        }
        for (var i = 0; i < count; i = next[i]) ids.Add(symbols[i]);
        ArrayPool<int>.Shared.Return(rented);
        ArrayPool<ulong>.Shared.Return(heap.Items);
    }

    private void Push(ref Candidates heap, int left, int right, int position)
    {
        var rank = merges.Rank(left, right);
        if (rank != MergeTable.None) heap.Push((ulong)(uint)rank << 32 | (uint)position);
    }

    /// <summary>A binary heap of rank and position in one number: lowest rank first, of equals the leftmost.</summary>
    private struct Candidates(ulong[] items)
    {
        private int count;

        public readonly ulong[] Items => items;

        public void Push(ulong item)
        {
            var at = count++;
            while (at > 0)
            {
                var parent = (at - 1) / 2;
                if (items[parent] <= item) break;
                items[at] = items[parent];
                at = parent;
            }
            items[at] = item;
        }

        public bool TryPop(out int rank, out int position)
        {
            if (count == 0)
            {
                (rank, position) = (0, 0);
                return false;
            }
            (rank, position) = ((int)(items[0] >> 32), (int)items[0]);
            var last = items[--count];
            var at = 0;
            for (var child = 1; child < count; child = at * 2 + 1)
            {
                if (child + 1 < count && items[child + 1] < items[child]) child++;
                if (items[child] >= last) break;
                items[at] = items[child];
                at = child;
            }
            items[at] = last;
            return true;
        }
    }
}
