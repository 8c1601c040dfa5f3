using System.Globalization;
using System.Text;
using W2SR.Core.Tokens.Unicode;

namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>Cuts a text at its added tokens, with the flags' meaning of Hugging Face's <c>AddedVocabulary</c>.</summary>
internal sealed class AddedTokenSplitter(IReadOnlyList<AddedToken> tokens, Func<AddedToken, string> pattern)
{
    private readonly AddedTokenTrie trie = new(tokens.Select((t, i) => (pattern(t), i)).Where(p => p.Item1.Length > 0));

    public bool IsEmpty => trie.IsEmpty;

    /// <summary>The next added token at or after a place.</summary>
    /// <param name="text">Well-formed text.</param>
    /// <param name="at">Where to go on: <see cref="Split.End"/> and <see cref="Split.Scanned"/> of the split before, or the default at the start.</param>
    /// <param name="splitSpecial">Whether special tokens are plain text.</param>
    public bool TryNext(ReadOnlySpan<char> text, Split at, bool splitSpecial, out Split next)
    {
        for (var from = at.Scanned; trie.TryFind(text, from, out var start, out var length, out var index); from = start + length)
        {
            var token = tokens[index];
            var (end, scanned) = (start + length, start + length);
            if (splitSpecial && token.IsSpecial) continue;
            if (token.SingleWord && (EndsInWord(text[..start]) || BeginsWithWord(text[end..]))) continue;
            // Whitespace that the token before took along is not taken twice.
            if (token.StripLeft) start = Math.Max(TrimmedLength(text[..start]), at.End);
            if (token.StripRight) end += text[end..].Length - TrimStart(text[end..]).Length;
            next = new Split(token.Id, start, end, scanned);
            return true;
        }
        next = default;
        return false;
    }

    /// <summary>One added token found.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Start">Where it begins, stripped whitespace included.</param>
    /// <param name="End">Where the text behind it begins.</param>
    /// <param name="Scanned">Where the search goes on: before <paramref name="End"/> if whitespace was stripped, so that a token made of blanks is found in it, as there.</param>
    internal readonly record struct Split(int Id, int Start, int End, int Scanned);

    private static int TrimmedLength(ReadOnlySpan<char> text)
    {
        var end = text.Length;
        while (end > 0 && (CodePoints.OfUnit(text[end - 1]) & CodePointClass.Space) != 0) end--;
        return end;
    }

    private static ReadOnlySpan<char> TrimStart(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && (CodePoints.OfUnit(text[start]) & CodePointClass.Space) != 0) start++;
        return text[start..];
    }

    private static bool EndsInWord(ReadOnlySpan<char> text) => Rune.DecodeLastFromUtf16(text, out var rune, out _) == System.Buffers.OperationStatus.Done && IsWord(rune);

    private static bool BeginsWithWord(ReadOnlySpan<char> text) => Rune.DecodeFromUtf16(text, out var rune, out _) == System.Buffers.OperationStatus.Done && IsWord(rune);

    /// <summary><c>\w</c> as Rust's regex has it: alphabetic, marks, decimal digits, connectors and the two joiners.</summary>
    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => true,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation => true,
        // Other_Alphabetic beyond the marks: circled and squared Latin letters.
        _ => rune.Value is 0x200C or 0x200D or >= 0x24B6 and <= 0x24E9 or >= 0x1F130 and <= 0x1F149 or >= 0x1F150 and <= 0x1F169 or >= 0x1F170 and <= 0x1F189,
    };
}
