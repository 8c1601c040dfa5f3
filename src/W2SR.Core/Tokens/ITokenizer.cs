namespace W2SR.Core.Tokens;

/// <summary>Text to token ids and back. Implementations are immutable and thread-safe.</summary>
public interface ITokenizer
{
    /// <summary>Number of ids, added tokens included; every id of a text is below it. A model may have more rows (Qwen2.5 has 271), and draw their ids.</summary>
    int VocabularySize { get; }

    /// <summary>Ids that end a sequence; the first is the one a trainer appends.</summary>
    IReadOnlyList<int> EndIds { get; }

    /// <summary>Id that fills up short rows, or null when there is none. It never has to mean anything: masks decide.</summary>
    int? PadId { get; }

    /// <summary>Encodes a text. Special tokens written out in it (such as <c>&lt;|im_end|&gt;</c>) are recognised; none is added.</summary>
    int[] Encode(string text);

    /// <summary>Decodes ids, leaving special tokens out when <paramref name="skipSpecialTokens"/> is set. An id beyond <see cref="VocabularySize"/> has no text, as in transformers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative.</exception>
    string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true);

    /// <summary>A decoder that takes one id at a time and holds back what is not yet complete text.</summary>
    IIncrementalDecoder CreateDecoder(bool skipSpecialTokens = true);
}
