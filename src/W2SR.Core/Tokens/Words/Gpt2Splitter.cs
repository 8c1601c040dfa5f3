using W2SR.Core.Tokens.Unicode;

namespace W2SR.Core.Tokens.Words;

/// <summary>The pattern of GPT-2, which the <c>ByteLevel</c> pre-tokenizer brings along.</summary>
internal sealed class Gpt2Splitter : WordSplitter
{
    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public override int End(ReadOnlySpan<char> text, int start)
    {
        var contraction = WordScan.Contraction(text, start, ignoreCase: false);
        if (contraction > 0) return start + contraction;
        var body = start;
        var found = CodePoints.At(text, body, out var length);
        if (text[start] == ' ' && start + 1 < text.Length)
        {
            body = start + 1;
            found = CodePoints.At(text, body, out length);
        }
        if ((found & CodePointClass.Letter) != 0) return WordScan.Run(text, body + length, CodePointClass.Letter);
        if ((found & CodePointClass.Number) != 0) return WordScan.Run(text, body + length, CodePointClass.Number);
        if ((found & CodePointClass.Space) == 0) return WordScan.Run(text, body + length, WordScan.Known, wanted: false);
        return WordScan.Blanks(text, start, linesFirst: false);
    }
}
