using W2SR.Core.Tokens.Unicode;

namespace W2SR.Core.Tokens.Words;

/// <summary>The <c>Digits</c> pre-tokenizer: numbers apart from all else, one by one or as runs.</summary>
internal sealed class DigitSplitter(bool individual) : WordSplitter
{
    public override int End(ReadOnlySpan<char> text, int start)
    {
        var isDigit = IsDigit(text, start, out var length);
        var end = start + length;
        if (isDigit && individual) return end;
        while (end < text.Length && IsDigit(text, end, out length) == isDigit) end += length;
        return end;
    }

    private static bool IsDigit(ReadOnlySpan<char> text, int at, out int length) => (CodePoints.At(text, at, out length) & CodePointClass.Digit) != 0;
}
