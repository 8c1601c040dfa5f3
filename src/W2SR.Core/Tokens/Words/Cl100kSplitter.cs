using W2SR.Core.Tokens.Unicode;

namespace W2SR.Core.Tokens.Words;

/// <summary>The pattern of GPT-4 (cl100k) as Qwen (single digits) and Llama 3 (up to three) write it.</summary>
internal sealed class Cl100kSplitter(int maxDigits) : WordSplitter
{
    public const string QwenPattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public override int End(ReadOnlySpan<char> text, int start)
    {
        var contraction = WordScan.Contraction(text, start, ignoreCase: true);
        if (contraction > 0) return start + contraction;

        var found = CodePoints.At(text, start, out var length);
        var next = start + length;
        if ((found & CodePointClass.Letter) != 0) return WordScan.Run(text, next, WordScan.Letter);
        if ((found & CodePointClass.Number) != 0) return WordScan.Numbers(text, next, maxDigits - 1);

        // One code point of any other kind, line ends apart, goes with the word behind it.
        var following = next < text.Length ? CodePoints.At(text, next, out length) : CodePointClass.Space;
        if ((found & CodePointClass.Newline) == 0 && (following & CodePointClass.Letter) != 0) return WordScan.Run(text, next + length, WordScan.Letter);

        if ((found & CodePointClass.Space) == 0) return WordScan.Symbols(text, next, withSlashes: false);
        if (text[start] == ' ' && (following & WordScan.Known) == 0) return WordScan.Symbols(text, next + length, withSlashes: false);
        return WordScan.Blanks(text, start, linesFirst: true);
    }
}
