using System.Runtime.InteropServices;
using System.Text;

namespace W2SR.Core.Tokens.Unicode;

/// <summary>
/// NFC as Hugging Face's tokenizers do it, that is by the tables of Unicode 9: UAX #15 over code points. The runtime's
/// <see cref="string.Normalize()"/> knows later versions, returns text unchanged under globalization-invariant mode, and throws on U+FFFE.
/// </summary>
internal static class CanonicalComposition
{
    private const int SBase = 0xAC00, LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7, LCount = 19, VCount = 21, TCount = 28, SCount = LCount * VCount * TCount;

    private static readonly Dictionary<int, byte> Classes = [];
    private static readonly Dictionary<int, int[]> Decompositions = [];
    private static readonly Dictionary<long, int> Compositions = [];

    static CanonicalComposition()
    {
        foreach (var (first, last, value) in UnicodeData.CombiningClasses())
            for (var c = first; c <= last; c++)
                Classes.Add(c, value);
        var steps = UnicodeData.Decompositions().ToArray();
        foreach (var (codePoint, decomposition, composes) in steps)
        {
            Decompositions.Add(codePoint, decomposition);
            if (composes) Compositions.Add(Pair(decomposition[0], decomposition[1]), codePoint);
        }
        // To the end: the tables decompose one step at a time.
        foreach (var (codePoint, _, _) in steps) Decompositions[codePoint] = [.. Decompositions[codePoint].SelectMany(Fully)];
    }

    /// <summary>Every code point that NFC may change or that may change its neighbours; text without any is in NFC.</summary>
    public static IEnumerable<(int First, int Last)> AwareRanges()
    {
        foreach (var (first, last, _) in UnicodeData.CombiningClasses()) yield return (first, last);
        foreach (var (codePoint, decomposition, composes) in UnicodeData.Decompositions())
        {
            if (!composes) yield return (codePoint, codePoint);
            else yield return (decomposition[1], decomposition[1]);
        }
        yield return (VBase, VBase + VCount - 1);
        yield return (TBase + 1, TBase + TCount - 1);
    }

    /// <summary>The NFC of a well-formed text.</summary>
    public static string Normalize(ReadOnlySpan<char> text) => Compose(Decompose(text));

    /// <summary>Whether a look at each code point proves that NFC leaves the text as it is; most text is.</summary>
    public static bool IsSurelyNormalized(ReadOnlySpan<char> text)
    {
        var from = text.IndexOfAnyExceptInRange('\0', '\u02FF');
        if (from < 0) return true;
        for (var i = from; i < text.Length;)
        {
            if ((CodePoints.At(text, i, out var length) & CodePointClass.NormalizationAware) != 0) return false;
            i += length;
        }
        return true;
    }

    private static List<int> Decompose(ReadOnlySpan<char> text)
    {
        var points = new List<int>(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            var c = rune.Value;
            var syllable = c - SBase;
            if (Decompositions.TryGetValue(c, out var parts)) points.AddRange(parts);
            else if ((uint)syllable < SCount)
            {
                points.Add(LBase + syllable / (VCount * TCount));
                points.Add(VBase + syllable % (VCount * TCount) / TCount);
                if (syllable % TCount != 0) points.Add(TBase + syllable % TCount);
            }
            else points.Add(c);
        }
        Reorder(CollectionsMarshal.AsSpan(points));
        return points;
    }

    /// <summary>Sorts each run of marks by combining class; marks of one class keep their order.</summary>
    private static void Reorder(Span<int> points)
    {
        for (var start = 0; start < points.Length; start++)
        {
            if (ClassOf(points[start]) == 0) continue;
            var end = start + 1;
            while (end < points.Length && ClassOf(points[end]) != 0) end++;
            if (end - start > 1)
            {
                var keys = new long[end - start]; // class first, then position: a stable order from an unstable sort
                for (var i = 0; i < keys.Length; i++) keys[i] = (long)ClassOf(points[start + i]) << 32 | (uint)i;
                var marks = points[start..end].ToArray();
                Array.Sort(keys, marks);
                marks.CopyTo(points[start..]);
            }
            start = end;
        }
    }

    private static string Compose(List<int> points)
    {
        var starter = -1; // index of the last starter
        var kept = 0;
        var lastClass = 0;
        for (var i = 0; i < points.Count; i++)
        {
            var c = points[i];
            var value = ClassOf(c);
            // Blocked: a mark of the same or a higher class stands between. A starter composes only with its direct neighbour.
            var blocked = starter >= 0 && kept - starter > 1 && (lastClass >= value || value == 0);
            if (starter >= 0 && !blocked && TryCompose(points[starter], c, out var composed))
            {
                points[starter] = composed;
                continue;
            }
            if (value == 0) starter = kept;
            lastClass = value;
            points[kept++] = c;
        }
        var text = new StringBuilder(kept);
        for (var i = 0; i < kept; i++) text.Append(new Rune(points[i]));
        return text.ToString();
    }

    private static bool TryCompose(int first, int second, out int composed)
    {
        if ((uint)(first - LBase) < LCount && (uint)(second - VBase) < VCount)
        {
            composed = SBase + ((first - LBase) * VCount + (second - VBase)) * TCount;
            return true;
        }
        if ((uint)(first - SBase) < SCount && (first - SBase) % TCount == 0 && second is > TBase and < TBase + TCount)
        {
            composed = first + (second - TBase);
            return true;
        }
        return Compositions.TryGetValue(Pair(first, second), out composed);
    }

    private static IEnumerable<int> Fully(int codePoint) =>
        Decompositions.TryGetValue(codePoint, out var parts) ? parts.SelectMany(Fully) : [codePoint];

    private static byte ClassOf(int codePoint) => codePoint < 0x300 ? (byte)0 : Classes.GetValueOrDefault(codePoint);

    private static long Pair(int first, int second) => (long)first << 32 | (uint)second;
}
