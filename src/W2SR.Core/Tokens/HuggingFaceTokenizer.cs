using System.Buffers;
using System.Text;
using W2SR.Core.Common;
using W2SR.Core.Tokens.BytePairs;
using W2SR.Core.Tokens.HuggingFace;

namespace W2SR.Core.Tokens;

/// <summary>
/// Byte-level byte-pair tokenizers as Hugging Face's <c>tokenizer.json</c> and GGUF describe them: Qwen2 to Qwen3, Llama 3, Mistral since Nemo, SmolLM2, GPT-2.
/// Ids, decoded text and streamed pieces equal those of the Rust library; what is not supported is refused by name when loading.
/// </summary>
public sealed class HuggingFaceTokenizer : ITokenizer
{
    private readonly TokenTable table;
    private readonly TextEncoder encoder;
    private readonly (int[] Before, int[] Behind) template;
    private readonly TokenizerFiles files;

    private HuggingFaceTokenizer(TokenizerSpec spec, TokenizerFiles files, string file, SpecialTokenNames names)
    {
        this.files = files;
        table = new TokenTable(spec, file);
        encoder = new TextEncoder(spec with { AddedTokens = table.AddedTokens }, new BytePairModel(table.Bytes, table.Merges, spec.IgnoresMerges, table.UnknownId, spec.FusesUnknown));
        template = spec.Template;
        foreach (var id in (int[])[.. template.Before, .. template.Behind])
            if ((uint)id >= (uint)VocabularySize) throw new W2srFormatException(file, "post_processor", $"id {id} is not below the vocabulary's size {VocabularySize}.");
        int? Id(string? name) => name is null ? null : table.Find(name);
        Special = new SpecialTokenIds(Id(names.Bos), Id(names.Eos), Id(names.Pad), Id(names.Unk));
        // A missing pad or bos can be done without; with a wrong eos no generation would end.
        if (names.Eos is not null && Special.Eos is null)
            throw new W2srFormatException(file, "eos_token", $"the configuration names \"{names.Eos}\", which is not in the vocabulary. Are both files from the same checkpoint?");
        EndIds = Special.Eos is { } eos ? [eos] : [];
    }

    private HuggingFaceTokenizer(HuggingFaceTokenizer other, IReadOnlyList<int> endIds)
    {
        (table, encoder, template, files, Special) = (other.table, other.encoder, other.template, other.files, other.Special);
        EndIds = endIds;
    }

    /// <inheritdoc/>
    public int VocabularySize => table.Bytes.Count;

    /// <inheritdoc/>
    public IReadOnlyList<int> EndIds { get; }

    /// <inheritdoc/>
    public int? PadId => Special.Pad;

    /// <summary>Ids that the configuration (or the GGUF) names.</summary>
    public SpecialTokenIds Special { get; }

    /// <summary>Special and other added tokens, by id.</summary>
    public IReadOnlyList<AddedToken> AddedTokens => table.AddedTokens;

    /// <summary>Loads a tokenizer from a folder.</summary>
    /// <param name="path">A folder with <c>tokenizer.json</c>, or that file; <c>tokenizer_config.json</c> beside it names the special tokens.</param>
    /// <exception cref="W2srFormatException">The file is absent, broken, or describes a tokenizer of a kind that is not supported.</exception>
    public static HuggingFaceTokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var files = TokenizerFiles.Read(path);
        return Create(files);
    }

    /// <summary>Reads a tokenizer from memory.</summary>
    /// <param name="tokenizerJson">The bytes of a <c>tokenizer.json</c>.</param>
    /// <param name="tokenizerConfigJson">The bytes of a <c>tokenizer_config.json</c>, or empty.</param>
    /// <param name="name">Stands for the folder in error messages.</param>
    /// <exception cref="W2srFormatException">Broken, or of a kind that is not supported.</exception>
    public static HuggingFaceTokenizer Parse(ReadOnlyMemory<byte> tokenizerJson, ReadOnlyMemory<byte> tokenizerConfigJson = default, string name = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        return Create(TokenizerFiles.InMemory(tokenizerJson, tokenizerConfigJson, name));
    }

    /// <summary>Builds a tokenizer from a GGUF file's metadata.</summary>
    /// <param name="vocabulary">The <c>tokenizer.ggml.*</c> entries.</param>
    /// <param name="name">The file's name in error messages.</param>
    /// <exception cref="W2srFormatException">Contradictions, or a model or pattern that is not supported.</exception>
    public static HuggingFaceTokenizer FromGguf(GgufVocabulary vocabulary, string name = "GGUF")
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(name);
        var spec = GgufSpec.Read(vocabulary, name);
        string? Token(int? id) => id is { } i ? vocabulary.Tokens[i] : null; // ids are checked by then
        var (bos, eos, pad, unk) = vocabulary.Special;
        var names = new SpecialTokenNames(Token(bos), Token(eos), Token(pad), Token(unk));
        var files = TokenizerFiles.InMemory(TokenizerJsonWriter.Tokenizer(spec), TokenizerJsonWriter.Configuration(names, spec.Template.Before.Length > 0), name);
        var tokenizer = new HuggingFaceTokenizer(spec, files, name, names);
        return vocabulary.EndOfTurnId is { } eot && !tokenizer.EndIds.Contains(eot) ? tokenizer.WithEndIds([.. tokenizer.EndIds, eot]) : tokenizer;
    }

    /// <summary>The same tokenizer with other ends of a sequence, such as those of <c>generation_config.json</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative or not below <see cref="VocabularySize"/>.</exception>
    public HuggingFaceTokenizer WithEndIds(IReadOnlyList<int> endIds)
    {
        ArgumentNullException.ThrowIfNull(endIds);
        foreach (var id in endIds) Check(id);
        return new HuggingFaceTokenizer(this, [.. endIds]);
    }

    /// <summary>The id of a token as the vocabulary writes it (<c>&lt;|im_end|&gt;</c>, <c>Ġthe</c>), or null.</summary>
    public int? FindId(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return table.Find(token);
    }

    /// <inheritdoc/>
    public int[] Encode(string text) => Encode(text, addSpecialTokens: false);

    /// <summary>Encodes a text.</summary>
    /// <param name="text">Any text; a lone surrogate counts as U+FFFD.</param>
    /// <param name="addSpecialTokens">Whether to put the ids of the post-processor's template around it, such as Llama 3's begin of text.</param>
    /// <param name="splitSpecialTokens">Whether special tokens written in the text are plain text, as what users type should be; other added tokens are still recognised.</param>
    public int[] Encode(string text, bool addSpecialTokens, bool splitSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new IdBuffer(text.Length / 2);
        if (addSpecialTokens) ids.Add(template.Before);
        encoder.Append(text, splitSpecialTokens, ref ids);
        if (addSpecialTokens) ids.Add(template.Behind);
        return ids.Take();
    }

    /// <inheritdoc/>
    /// <remarks>Bytes that are no UTF-8 become U+FFFD, one for each maximal part. Spaces are never cleaned up, whatever the configuration says: see <see cref="CleanUpSpaces"/>.</remarks>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var length = 0;
        foreach (var id in ids) length = checked(length + BytesOf(id, skipSpecialTokens).Length);
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        var at = 0;
        foreach (var id in ids)
        {
            var token = BytesOf(id, skipSpecialTokens);
            token.CopyTo(bytes.AsSpan(at));
            at += token.Length;
        }
        var text = Encoding.UTF8.GetString(bytes, 0, at);
        ArrayPool<byte>.Shared.Return(bytes);
        return text;
    }

    /// <inheritdoc/>
    public IIncrementalDecoder CreateDecoder(bool skipSpecialTokens = true) => new ByteLevelDecoder(this, skipSpecialTokens);

    /// <summary>What <c>clean_up_tokenization_spaces</c> does where it is honoured: no blank before . ? ! , and English contractions.</summary>
    public static string CleanUpSpaces(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Replace(" .", ".", StringComparison.Ordinal).Replace(" ?", "?", StringComparison.Ordinal).Replace(" !", "!", StringComparison.Ordinal)
            .Replace(" ,", ",", StringComparison.Ordinal).Replace(" ' ", "'", StringComparison.Ordinal).Replace(" n't", "n't", StringComparison.Ordinal)
            .Replace(" 'm", "'m", StringComparison.Ordinal).Replace(" 's", "'s", StringComparison.Ordinal).Replace(" 've", "'ve", StringComparison.Ordinal)
            .Replace(" 're", "'re", StringComparison.Ordinal);
    }

    /// <summary>Writes the tokenizer's files: byte for byte those it was loaded from, or from GGUF a <c>tokenizer.json</c> that gives the same ids.</summary>
    /// <param name="folder">Created if absent; each file is replaced in one step.</param>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        files.Write(folder);
    }

    /// <summary>Bytes of a token, or none when it is special and special tokens are left out, or when no token has the id.</summary>
    internal ReadOnlySpan<byte> BytesOf(int id, bool skipSpecialTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        return id >= VocabularySize || (skipSpecialTokens && table.IsSpecial(id)) ? default : table.Bytes[id];
    }

    private static HuggingFaceTokenizer Create(TokenizerFiles files) =>
        new(TokenizerJsonReader.Read(files.Tokenizer, files.TokenizerPath), files, files.TokenizerPath, files.SpecialTokens());

    private void Check(int id)
    {
        if ((uint)id >= (uint)VocabularySize) throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary has {VocabularySize} ids.");
    }
}
