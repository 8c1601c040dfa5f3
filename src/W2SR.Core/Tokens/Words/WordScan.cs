using System.Runtime.CompilerServices;
using W2SR.Core.Tokens.Unicode;

namespace W2SR.Core.Tokens.Words;

/// <summary>Runs of classes, shared by the patterns. All positions are UTF-16 units, all decisions are about code points.</summary>
internal static class WordScan
{
    public const CodePointClass Letter = CodePointClass.Letter;
    public const CodePointClass LetterOrNumber = CodePointClass.Letter | CodePointClass.Number;
    public const CodePointClass Known = CodePointClass.Letter | CodePointClass.Number | CodePointClass.Space;

    /// <summary>End of the run, from <paramref name="at"/> on, of code points that have one of the classes (or none of them).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Run(ReadOnlySpan<char> text, int at, CodePointClass classes, bool wanted = true)
    {
        while (at < text.Length && (CodePoints.At(text, at, out var length) & classes) != 0 == wanted) at += length;
        return at;
    }

    /// <summary>End of at most <paramref name="most"/> further numbers: the rest of <c>\p{N}{1,n}</c>.</summary>
    public static int Numbers(ReadOnlySpan<char> text, int at, int most)
    {
        for (; most > 0 && at < text.Length && (CodePoints.At(text, at, out var length) & CodePointClass.Number) != 0; most--) at += length;
        return at;
    }

    /// <summary>End of symbols and of the line ends behind them: the rest of <c>[^\s\p{L}\p{N}]+[\r\n]*</c>, or with slashes <c>[\r\n/]*</c>.</summary>
    public static int Symbols(ReadOnlySpan<char> text, int at, bool withSlashes)
    {
        at = Run(text, at, Known, wanted: false);
        while (at < text.Length && (text[at] is '\r' or '\n' || withSlashes && text[at] == '/')) at++;
        return at;
    }

    /// <summary>Whitespace, where nothing else matched: <c>\s+(?!\S)|\s+</c>, with <c>\s*[\r\n]+</c> before it if asked for.</summary>
    public static int Blanks(ReadOnlySpan<char> text, int start, bool linesFirst)
    {
        var end = start;
        var afterNewline = -1;
        for (; end < text.Length; end++) // no whitespace beyond the BMP
        {
            var found = CodePoints.OfUnit(text[end]);
            if ((found & CodePointClass.Space) == 0) break;
            if ((found & CodePointClass.Newline) != 0) afterNewline = end + 1;
        }
        if (linesFirst && afterNewline > 0) return afterNewline;
        // The last blank before a word is left to it, unless it is the only one.
        return end == text.Length || end - start == 1 ? end : end - 1;
    }

    /// <summary>Length of 's, 't, 're, 've, 'm, 'll or 'd at <paramref name="at"/>, or 0.</summary>
    /// <param name="ignoreCase">With the folding of <c>(?i:)</c>, which takes U+017F (long s) for s.</param>
    public static int Contraction(ReadOnlySpan<char> text, int at, bool ignoreCase)
    {
        if (text[at] != '\'' || at + 1 >= text.Length) return 0;
        var first = Fold(text[at + 1], ignoreCase);
        if (first is 's' or 't' or 'm' or 'd') return 2;
        if (at + 2 >= text.Length) return 0;
        return (first, Fold(text[at + 2], ignoreCase)) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    private static char Fold(char unit, bool ignoreCase) => !ignoreCase ? unit : unit switch
    {
        >= 'A' and <= 'Z' => (char)(unit | 0x20),
        '\u017F' => 's',
        _ => unit,
    };
}
