using W2SR.Core.Common;

namespace W2SR.Core.Tokens;

/// <summary>One token for each word of a closed vocabulary, words parted by blanks: exact both ways, for procedural problems and tests.</summary>
public sealed class WordTokenizer : ITokenizer
{
    private readonly string[] words;
    private readonly Dictionary<string, int> ids;
    private readonly int endId;

    /// <summary>Creates a tokenizer.</summary>
    /// <param name="words">The words, each once and without blanks. The end token is added after them.</param>
    /// <param name="endToken">The word that ends a sequence; it is special, so decoding leaves it out.</param>
    /// <exception cref="ArgumentException">A word is empty, contains a blank or appears twice.</exception>
    public WordTokenizer(IEnumerable<string> words, string endToken = "<eos>")
    {
        ArgumentNullException.ThrowIfNull(words);
        this.words = [.. words, endToken];
        ids = new Dictionary<string, int>(this.words.Length, StringComparer.Ordinal);
        foreach (var word in this.words)
        {
            if (word.Length == 0 || word.Any(char.IsWhiteSpace))
                throw new ArgumentException($"A word must not be empty or contain blanks: \"{word}\".", nameof(words));
            if (!ids.TryAdd(word, ids.Count))
                throw new ArgumentException($"The word \"{word}\" appears twice.", nameof(words));
        }
        endId = this.words.Length - 1;
    }

    /// <inheritdoc/>
    public int VocabularySize => words.Length;

    /// <inheritdoc/>
    public IReadOnlyList<int> EndIds => [endId];

    /// <inheritdoc/>
    public int? PadId => endId;

    /// <summary>The words in the order of their ids.</summary>
    public IReadOnlyList<string> Words => words;

    /// <inheritdoc/>
    /// <exception cref="W2srFormatException">A word is not in the vocabulary.</exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(parts, part => ids.TryGetValue(part, out var id)
            ? id
            : throw new W2srFormatException("text", null, $"the word \"{part}\" is not in the vocabulary of {words.Length} words."));
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var parts = new List<string>(ids.Length);
        foreach (var id in ids)
            if (Word(id, skipSpecialTokens) is { } word) parts.Add(word);
        return string.Join(' ', parts);
    }

    /// <inheritdoc/>
    public IIncrementalDecoder CreateDecoder(bool skipSpecialTokens = true) => new WordDecoder(this, skipSpecialTokens);

    /// <summary>The word, or null when it is left out or no word has the id.</summary>
    private string? Word(int id, bool skipSpecialTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        return id >= words.Length || (skipSpecialTokens && id == endId) ? null : words[id];
    }

    private sealed class WordDecoder(WordTokenizer tokenizer, bool skipSpecialTokens) : IIncrementalDecoder
    {
        private bool isFirst = true;

        public string Append(int id)
        {
            if (tokenizer.Word(id, skipSpecialTokens) is not { } word) return "";
            var piece = isFirst ? word : " " + word;
            isFirst = false;
            return piece;
        }

        public string Flush()
        {
            isFirst = true;
            return "";
        }
    }
}
