namespace W2SR.Core.Tokens;

/// <summary>Decodes a sequence as it grows. All pieces and the flush joined equal <see cref="ITokenizer.Decode"/> of all ids. Not thread-safe.</summary>
public interface IIncrementalDecoder
{
    /// <summary>Adds one id and returns the text that became certain by it, often empty while a character is incomplete; an id beyond the vocabulary adds nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is negative.</exception>
    string Append(int id);

    /// <summary>Returns what is still held back and starts anew.</summary>
    string Flush();
}
