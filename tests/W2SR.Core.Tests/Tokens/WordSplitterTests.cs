using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens.Unicode;
using W2SR.Core.Tokens.Words;

namespace W2SR.Core.Tests.Tokens;

/// <summary>The scanners against their own patterns, run by .NET's regex over stand-ins of one unit for each code point.</summary>
public sealed class WordSplitterTests
{
    private static readonly string[] Parts =
    [
        " ", " ", "  ", "\n", "\r", "\t", "\r\n", "'", "s", "S", "T", "ll", "Ve", "re", "m", "D", "1", "12", "1234", "x", "é", "\u0301", "漢", "😀", "!", "$", "\\", "\u00a0", "\u3000", "𝐀", "𝟎", "ſ", "'ſ",
        "'\u017F", "\u0660", "²", "_", ".", "\u200d", "\u2028", "\ufeff", "\U00020000", "\u0085", "\u001c", "\u180e", "'s", "'LL", "'d", " '", "K", "\ufffd", "A", "É", "ǅ", "ʰ", "/", "\u0903", "aB", "\U0001D400", "\U00010428",
    ];

    [Fact]
    public void End_Gpt2_EqualsTheRegex() => Compare(new Gpt2Splitter(), Gpt2Splitter.Pattern);

    [Fact]
    public void End_Qwen_EqualsTheRegex() => Compare(new Cl100kSplitter(1), Cl100kSplitter.QwenPattern);

    [Fact]
    public void End_Llama3_EqualsTheRegex() => Compare(new Cl100kSplitter(3), Cl100kSplitter.Llama3Pattern);

    [Fact]
    public void End_Tekken_EqualsTheRegex() => Compare(new CasedSplitter(1, contractions: false), CasedSplitter.TekkenPattern);

    [Fact]
    public void End_Gpt4o_EqualsTheRegex() => Compare(new CasedSplitter(3, contractions: true), CasedSplitter.Gpt4oPattern);

    [Fact]
    public void CodePoints_Case_IsTheRuntimes()
    {
        // The embedded tables are Unicode 16; a runtime with a later one may only know more.
        for (var c = 0; c < UnicodeData.CodePoints; c++)
        {
            var known = CodePoints.Of(c) & (CodePointClass.Upper | CodePointClass.Lower | CodePointClass.Mark);
            if (known == 0) continue;
            Assert.Equal(known, CharUnicodeInfo.GetUnicodeCategory(c) switch
            {
                UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CodePointClass.Upper,
                UnicodeCategory.LowercaseLetter => CodePointClass.Lower,
                UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => CodePointClass.Mark,
                _ => CodePointClass.Other,
            });
        }
    }

    [Fact]
    public void End_Digits_EqualsTheRegex()
    {
        Compare(new DigitSplitter(individual: true), @"\p{N}|\P{N}+");
        Compare(new DigitSplitter(individual: false), @"\p{N}+|\P{N}+");
    }

    private static void Compare(WordSplitter splitter, string pattern)
    {
        // .NET does not fold the long s; the engine does.
        var regex = new Regex(pattern.Replace("(?i:'s|", "(?i:'[sſ]|", StringComparison.Ordinal), RegexOptions.CultureInvariant);
        var random = new Random(20250520);
        for (var round = 0; round < LongChecks.Rounds(2_000, 50_000); round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 16)).Select(_ => Parts[random.Next(Parts.Length)]));
            var lengths = text.EnumerateRunes().Select(r => r.Utf16SequenceLength).ToArray();
            var expected = regex.Matches(string.Concat(text.EnumerateRunes().Select(StandIn))).Select(m => lengths.Skip(m.Index).Take(m.Length).Sum());
            Assert.Equal(expected, Lengths(splitter, text));
        }
    }

    private static IEnumerable<int> Lengths(WordSplitter splitter, string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = splitter.End(text, start);
            yield return end - start;
            start = end;
        }
    }

    /// <summary>One unit of the same class: ASCII and the long s stand for themselves.</summary>
    private static char StandIn(Rune rune) => rune.Value is < 128 or 0x17F ? (char)rune.Value : CodePoints.Of(rune.Value) switch
    {
        var c when (c & CodePointClass.Upper) != 0 => 'Ж',
        var c when (c & CodePointClass.Lower) != 0 => 'ж',
        var c when (c & CodePointClass.Mark) != 0 => '\u0301',
        var c when (c & CodePointClass.Letter) != 0 => 'ꀀ',
        var c when (c & CodePointClass.Number) != 0 => 'Ⅷ',
        var c when (c & CodePointClass.Space) != 0 => '\u2003',
        _ => '☃',
    };
}
