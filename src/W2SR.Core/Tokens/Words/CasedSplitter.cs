using W2SR.Core.Tokens.Unicode;

namespace W2SR.Core.Tokens.Words;

/// <summary>The patterns that look at case, so that <c>camelCase</c> falls in two: GPT-4o's, and Mistral's Tekken, which has single digits and no contractions.</summary>
internal sealed class CasedSplitter(int maxDigits, bool contractions) : WordSplitter
{
    public const string TekkenPattern =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public const string Gpt4oPattern =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public override int End(ReadOnlySpan<char> text, int start)
    {
        var word = WordEnd(text, start);
        if (word > start) return contractions && word < text.Length ? word + WordScan.Contraction(text, word, ignoreCase: true) : word;

        var found = CodePoints.At(text, start, out var length);
        var next = start + length;
        if ((found & CodePointClass.Number) != 0) return WordScan.Numbers(text, next, maxDigits - 1);
        if ((found & CodePointClass.Space) == 0) return WordScan.Symbols(text, next, withSlashes: true);
        if (text[start] == ' ' && next < text.Length && (CodePoints.At(text, next, out length) & WordScan.Known) == 0)
            return WordScan.Symbols(text, next + length, withSlashes: true);
        return WordScan.Blanks(text, start, linesFirst: true);
    }

    /// <summary>End of a word that begins at <paramref name="start"/>, or <paramref name="start"/> where there is none.</summary>
    private static int WordEnd(ReadOnlySpan<char> text, int start)
    {
        var found = CodePoints.At(text, start, out var length);
        var leads = (found & (WordScan.LetterOrNumber | CodePointClass.Newline)) == 0; // may go before the letters
        var letters = leads ? start + length : start;
        var end = LowerEnd(text, letters, out var upperEnd);
        // A mark is a leading character and a letter of its own.
        if (end < 0 && leads && IsUpperOrEither(found)) end = LowerEnd(text, start, out _);
        return end >= 0 ? end : upperEnd > letters ? upperEnd : start;
    }

    /// <summary>End of <c>[upper or either]*[lower or either]+</c>, or -1; and the end of the first part when it takes all it can.</summary>
    private static int LowerEnd(ReadOnlySpan<char> text, int start, out int upperEnd)
    {
        var lastEither = -1; // end of the last code point that could be in the second part, too
        var at = start;
        while (at < text.Length && CodePoints.At(text, at, out var length) is var found && IsUpperOrEither(found))
        {
            at += length;
            if ((found & CodePointClass.Upper) == 0) lastEither = at;
        }
        upperEnd = at;
        if (at >= text.Length || (CodePoints.At(text, at, out _) & CodePointClass.Lower) == 0) return lastEither; // the first part gives back
        while (at < text.Length && CodePoints.At(text, at, out var length) is var found && IsLowerOrEither(found)) at += length;
        return at;
    }

    private static bool IsUpperOrEither(CodePointClass found) => (found & (CodePointClass.Letter | CodePointClass.Mark)) != 0 && (found & CodePointClass.Lower) == 0;

    private static bool IsLowerOrEither(CodePointClass found) => (found & (CodePointClass.Letter | CodePointClass.Mark)) != 0 && (found & CodePointClass.Upper) == 0;
}
