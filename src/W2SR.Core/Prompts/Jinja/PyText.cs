using System.Globalization;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Strings by code points, as Python counts them; a surrogate without its partner counts as one.</summary>
internal static class PyText
{
    /// <summary>Python's white space, which includes U+001C to U+001F and U+0085.</summary>
    public static bool IsSpace(int c) => c switch
    {
        <= 0x20 => c is >= 9 and <= 13 or >= 0x1C,
        0x85 or 0xA0 or 0x1680 or 0x2028 or 0x2029 or 0x202F or 0x205F or 0x3000 => true,
        _ => c is >= 0x2000 and <= 0x200A,
    };

    /// <summary>Where <c>splitlines</c> cuts.</summary>
    public static bool IsLineBreak(char c) => c is >= '\n' and <= '\r' or >= '\x1C' and <= '\x1E' or '\x85' or '\u2028' or '\u2029';

    public static string TrimEnd(string text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
            end--;
        return text[..end];
    }

    public static string TrimStart(string text)
    {
        var start = 0;
        while (start < text.Length && IsSpace(text[start]))
            start++;
        return text[start..];
    }

    public static (int Point, int Length) PointAt(ReadOnlySpan<char> text, int i) =>
        char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
            ? (char.ConvertToUtf32(text[i], text[i + 1]), 2)
            : (text[i], 1);

    public static void Append(StringBuilder text, int point)
    {
        if (point < 0x10000)
            text.Append((char)point);
        else
            text.Append(char.ConvertFromUtf32(point));
    }

    public static bool HasSurrogates(string text) => text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0;

    public static int Length(string text) => HasSurrogates(text) ? Count(text, text.Length) : text.Length;

    /// <summary>The number of code points before a position counted in UTF-16 units.</summary>
    public static int Count(string text, int end)
    {
        var count = 0;
        for (var i = 0; i < end; i += PointAt(text, i).Length)
            count++;
        return count;
    }

    /// <summary>The position in UTF-16 units of a code point.</summary>
    public static int Offset(string text, int index)
    {
        if (!HasSurrogates(text))
            return Math.Min(index, text.Length);
        var i = 0;
        for (; index > 0 && i < text.Length; index--)
            i += PointAt(text, i).Length;
        return i;
    }

    public static int[] Points(string text)
    {
        var points = new List<int>(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var (point, length) = PointAt(text, i);
            points.Add(point);
            i += length;
        }
        return [.. points];
    }

    public static string FromPoints(IEnumerable<int> points)
    {
        var text = new StringBuilder();
        foreach (var point in points)
            Append(text, point);
        return text.ToString();
    }

    public static IEnumerable<object?> Characters(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var length = PointAt(text, i).Length;
            yield return text.Substring(i, length);
            i += length;
        }
    }

    /// <summary>The order of code points, which differs from that of UTF-16 units above U+FFFF.</summary>
    public static int Compare(string left, string right)
    {
        var shared = Math.Min(left.Length, right.Length);
        for (var i = 0; i < shared; i++)
            if (left[i] != right[i])
                return char.IsSurrogate(left[i]) != char.IsSurrogate(right[i])
                    ? (char.IsSurrogate(left[i]) ? 1 : -1)
                    : left[i].CompareTo(right[i]);
        return left.Length.CompareTo(right.Length);
    }

    /// <summary>The first occurrence at or after a position, in UTF-16 units; -1 where there is none. Linear in the text also for hostile parts.</summary>
    public static int Find(Rendering rendering, string text, string part, int start = 0)
    {
        rendering.Budget.Spend(1 + (text.Length - start) / 32);
        if (part.Length <= 32)
            return text.IndexOf(part, start, StringComparison.Ordinal);
        if (part.Length > text.Length - start)
            return -1;
        var fallback = new int[part.Length];
        for (int i = 1, matched = 0; i < part.Length; i++)
        {
            while (matched > 0 && part[i] != part[matched])
                matched = fallback[matched - 1];
            fallback[i] = part[i] == part[matched] ? ++matched : matched;
        }
        for (int i = start, matched = 0; i < text.Length; i++)
        {
            while (matched > 0 && text[i] != part[matched])
                matched = fallback[matched - 1];
            if (text[i] == part[matched] && ++matched == part.Length)
                return i - part.Length + 1;
        }
        return -1;
    }

    private static string Reverse(string text) => FromPoints(Points(text).Reverse());

    /// <summary>The last occurrence that ends at or before a position, in UTF-16 units; -1 where there is none.</summary>
    public static int FindLast(Rendering rendering, string text, string part, int end)
    {
        if (part.Length <= 32)
        {
            rendering.Budget.Spend(1 + end / 32);
            return part.Length == 0 ? end : part.Length > end ? -1 : text.AsSpan(0, end).LastIndexOf(part.AsSpan(), StringComparison.Ordinal);
        }
        var head = text[..end];
        rendering.Budget.SpendText(2L * head.Length);
        var found = Find(rendering, Reverse(head), Reverse(part));
        return found < 0 ? -1 : end - found - part.Length;
    }

    public static UnicodeCategory Category(int point) => CharUnicodeInfo.GetUnicodeCategory(point);

    public static bool IsPrintable(int point) => point == ' ' || Category(point) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);

    public static bool IsLetter(int point) => Category(point) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter;

    public static bool IsDecimal(int point) => Category(point) == UnicodeCategory.DecimalDigitNumber;

    public static bool IsDigit(int point) => IsDecimal(point) || CharUnicodeInfo.GetDigitValue(point is >= 0xD800 and <= 0xDFFF ? " " : char.ConvertFromUtf32(point), 0) >= 0;

    public static bool IsNumeric(int point) => IsDigit(point)
        || CharUnicodeInfo.GetNumericValue(point is >= 0xD800 and <= 0xDFFF ? " " : char.ConvertFromUtf32(point), 0) >= 0;

    public static bool IsAlphanumeric(int point) => IsLetter(point) || IsNumeric(point);

    /// <summary>The length in UTF-16 units of the run of name characters that begins here.</summary>
    public static int NameLength(string text, int start)
    {
        var i = start;
        while (i < text.Length)
        {
            var (point, length) = PointAt(text, i);
            if (!(point < 0x80 ? char.IsAsciiLetterOrDigit((char)point) || point == '_' : IsNamePart(point) || IsAlphanumeric(point)))
                break;
            i += length;
        }
        return i - start;
    }

    public static bool IsIdentifier(string text)
    {
        if (text.Length == 0)
            return false;
        for (var i = 0; i < text.Length;)
        {
            var (point, length) = PointAt(text, i);
            if (!(i == 0 ? IsNameStart(point) : IsNamePart(point)))
                return false;
            i += length;
        }
        return true;
    }

    private static bool IsNameStart(int point) => point == '_' || IsLetter(point) || Category(point) == UnicodeCategory.LetterNumber;

    private static bool IsNamePart(int point) => IsNameStart(point) || Category(point) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation;
}
