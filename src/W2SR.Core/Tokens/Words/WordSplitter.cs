namespace W2SR.Core.Tokens.Words;

/// <summary>One step of pre-tokenization: cuts a text into pieces that together are the text.</summary>
internal abstract class WordSplitter
{
    /// <summary>End of the piece that begins at <paramref name="start"/>; always beyond it.</summary>
    /// <param name="text">Well-formed UTF-16, seen as if it were all there is: patterns do not look beyond its end.</param>
    /// <param name="start">Where a piece begins, inside the text.</param>
    public abstract int End(ReadOnlySpan<char> text, int start);
}
