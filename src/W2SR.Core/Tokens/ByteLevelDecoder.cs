using System.Text;

namespace W2SR.Core.Tokens;

/// <summary>Incremental decoding of tokens that are bytes: a character is shown when its last byte has come.</summary>
internal sealed class ByteLevelDecoder(HuggingFaceTokenizer tokenizer, bool skipSpecialTokens) : IIncrementalDecoder
{
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private char[] characters = new char[32];

    public string Append(int id) => Text(tokenizer.BytesOf(id, skipSpecialTokens), flush: false);

    public string Flush()
    {
        var rest = Text([], flush: true);
        decoder.Reset();
        return rest;
    }

    private string Text(ReadOnlySpan<byte> bytes, bool flush)
    {
        // Bytes held back can become one U+FFFD more than these bytes alone give.
        if (characters.Length < bytes.Length + 4) characters = new char[bytes.Length + 4];
        var count = decoder.GetChars(bytes, characters, flush);
        return count == 0 ? "" : new string(characters, 0, count);
    }
}
