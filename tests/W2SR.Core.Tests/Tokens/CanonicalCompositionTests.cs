using System.Text;
using W2SR.Core.Tokens.Unicode;

namespace W2SR.Core.Tests.Tokens;

/// <summary>NFC by examples of UAX #15 and by what must always hold; the oracle's cases compare it with the engine.</summary>
public sealed class CanonicalCompositionTests
{
    [Theory]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("\u212b", "\u00c5")] // a singleton
    [InlineData("q\u0307\u0323", "q\u0323\u0307")] // marks in order of their class
    [InlineData("a\u0327\u0301", "\u00e1\u0327")] // composition across a mark of another class
    [InlineData("a\u0301\u0301", "\u00e1\u0301")]
    [InlineData("\u1100\u1161\u11a8", "\uac01")]
    [InlineData("\uac00\u11a7", "\uac00\u11a7")] // U+11A7 is no trailing consonant
    [InlineData("\u0958", "\u0915\u093c")] // excluded from composition
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("\u03b9\u0308\u0301", "\u0390")]
    [InlineData("\u0a32\u0a3c", "\u0a32\u0a3c")]
    [InlineData("\U0001d15e", "\U0001d157\U0001d165")]
    [InlineData("\U00011131\U00011127", "\U0001112e")] // beyond the BMP
    [InlineData("\U00011935\U00011930", "\U00011935\U00011930")] // composes since Unicode 13, not in Unicode 9
    [InlineData("\u09c7\u09be", "\u09cb")]
    [InlineData("=\u0338", "\u2260")]
    [InlineData("\ufffe\ufeff", "\ufffe\ufeff")]
    public void Normalize_Example_GivesNfc(string text, string expected)
    {
        Assert.Equal(expected, CanonicalComposition.Normalize(text));
        Assert.True(text == expected || !CanonicalComposition.IsSurelyNormalized(text));
        Assert.Equal(expected, CanonicalComposition.Normalize(expected));
    }

    [Fact]
    public void IsSurelyNormalized_EveryCodePoint_TellsTheTruth()
    {
        var unsure = 0;
        for (var c = 0; c < UnicodeData.CodePoints; c++)
        {
            if (c is >= 0xD800 and < 0xE000) continue;
            var text = new Rune(c).ToString();
            if (!CanonicalComposition.IsSurelyNormalized(text)) unsure++;
            else if (c < 0x30000) Assert.Equal(text, CanonicalComposition.Normalize(text));
        }
        Assert.InRange(unsure, 1_000, 3_000);
    }

    [Fact]
    public void Normalize_RandomMarks_IsStableAndBlindToTheFirstForm()
    {
        int[] points = [.. UnicodeData.Decompositions().SelectMany(d => d.Decomposition.Append(d.CodePoint)), .. UnicodeData.CombiningClasses().Select(c => c.First), 'a', 'e', 0x1100, 0x1161, 0x11A8, 0xAC00];
        var random = new Random(7);
        for (var round = 0; round < 3_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => new Rune(points[random.Next(points.Length)]).ToString()));
            var normal = CanonicalComposition.Normalize(text);
            Assert.Equal(normal, CanonicalComposition.Normalize(normal));
            // Canonically equal before: every code point normalized by itself.
            Assert.Equal(normal, CanonicalComposition.Normalize(string.Concat(text.EnumerateRunes().Select(r => CanonicalComposition.Normalize(r.ToString())))));
        }
    }
}
