using System.Runtime.CompilerServices;
using System.Text;

namespace W2SR.Core.Tokens.Unicode;

/// <summary>Classes of code points by table.</summary>
internal static class CodePoints
{
    private const int BlockBits = 8;
    private static readonly CodePointClass[] Units = new CodePointClass[0x10000]; // by UTF-16 unit
    private static readonly byte[] AstralBlocks = new byte[(UnicodeData.CodePoints - 0x10000) >> BlockBits]; // which row of AstralRows
    private static readonly List<CodePointClass[]> AstralRows = [];

    static CodePoints()
    {
        var classes = new CodePointClass[UnicodeData.CodePoints];
        void Mark(IEnumerable<(int First, int Last)> ranges, CodePointClass what)
        {
            foreach (var (first, last) in ranges)
                for (var c = first; c <= last; c++)
                    classes[c] |= what;
        }
        Mark(UnicodeData.Ranges("letter"), CodePointClass.Letter);
        Mark(UnicodeData.Ranges("upper"), CodePointClass.Upper);
        Mark(UnicodeData.Ranges("lower"), CodePointClass.Lower);
        Mark(UnicodeData.Ranges("mark"), CodePointClass.Mark);
        Mark(UnicodeData.Ranges("number"), CodePointClass.Number);
        Mark(UnicodeData.Ranges("space"), CodePointClass.Space);
        Mark(UnicodeData.Ranges("digit"), CodePointClass.Digit);
        Mark([('\n', '\n'), ('\r', '\r')], CodePointClass.Newline);
        Mark(CanonicalComposition.AwareRanges(), CodePointClass.NormalizationAware);
        classes.AsSpan(0, Units.Length).CopyTo(Units);
        Units.AsSpan(0xD800, 0x800).Fill(CodePointClass.Surrogate);
        for (var block = 0; block < AstralBlocks.Length; block++)
        {
            var row = classes.AsSpan(0x10000 + (block << BlockBits), 1 << BlockBits);
            var known = AstralRows.FindIndex(r => r.AsSpan().SequenceEqual(classes.AsSpan(0x10000 + (block << BlockBits), 1 << BlockBits)));
            if (known < 0)
            {
                known = AstralRows.Count;
                AstralRows.Add(row.ToArray());
            }
            AstralBlocks[block] = checked((byte)known);
        }
    }

    /// <summary>The class of a UTF-16 unit; <see cref="CodePointClass.Surrogate"/> for half a pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CodePointClass OfUnit(char unit) => Units[unit];

    /// <summary>The class of a code point.</summary>
    public static CodePointClass Of(int codePoint) => codePoint < 0x10000
        ? codePoint is >= 0xD800 and < 0xE000 ? CodePointClass.Other : Units[codePoint]
        : AstralRows[AstralBlocks[(codePoint - 0x10000) >> BlockBits]][codePoint & ((1 << BlockBits) - 1)];

    /// <summary>The class of the code point that begins at <paramref name="at"/>, and its length in UTF-16 units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CodePointClass At(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 1;
        var found = Units[text[at]];
        return found != CodePointClass.Surrogate ? found : AtPair(text, at, out length);
    }

    private static CodePointClass AtPair(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 1;
        if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1])) return CodePointClass.Other;
        length = 2;
        return Of(char.ConvertToUtf32(text[at], text[at + 1]));
    }

    /// <summary>The same text with every lone surrogate replaced by U+FFFD, as an encoder to UTF-8 does.</summary>
    public static string WellFormed(string text)
    {
        var first = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        if (first < 0) return text;
        StringBuilder? repaired = null;
        for (var i = first; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else (repaired ??= new StringBuilder(text))[i] = '\uFFFD';
        }
        return repaired?.ToString() ?? text;
    }
}
