using W2SR.Core.Checkpoints;
using W2SR.Core.Tokens;

namespace W2SR.Core.Reasoners;

/// <summary>Brings the tokenizer of a GGUF file together: <c>Checkpoints</c> reads the metadata, <c>Tokens</c> builds from plain arrays.</summary>
internal static class GgufTokenizer
{
    private const string Prefix = "tokenizer.ggml.";

    /// <exception cref="Common.W2srFormatException">Entries are missing, of the wrong kind, contradict each other, or name what is not supported.</exception>
    public static HuggingFaceTokenizer Create(GgufMetadata metadata, string file) => HuggingFaceTokenizer.FromGguf(Vocabulary(metadata), file);

    /// <summary>The <c>tokenizer.ggml.*</c> entries.</summary>
    public static GgufVocabulary Vocabulary(GgufMetadata metadata)
    {
        int? Id(string key) => metadata.Integer(Prefix + key) is not { } id ? null
            : id is >= 0 and <= int.MaxValue ? (int)id
            : throw metadata.Wrong(Prefix + key, $"{id} is no token id.");
        IReadOnlyList<string> Texts(string key) => metadata.Texts(Prefix + key) ?? throw metadata.Wrong(Prefix + key, "is missing. Does the file hold a tokenizer?");
        return new GgufVocabulary
        {
            Model = metadata.Text(Prefix + "model") ?? throw metadata.Wrong(Prefix + "model", "is missing. Does the file hold a tokenizer?"),
            Pre = metadata.Text(Prefix + "pre"),
            Tokens = Texts("tokens"),
            TokenTypes = metadata.Integers(Prefix + "token_type")?.Select(type => (int)type).ToArray(),
            // Absent in files of other kinds, which are refused by their model's name.
            Merges = metadata.Texts(Prefix + "merges") ?? [],
            Special = new SpecialTokenIds(Id("bos_token_id"), Id("eos_token_id"), Id("padding_token_id"), Id("unknown_token_id")),
            EndOfTurnId = Id("eot_token_id"),
            AddsBos = metadata.Flag(Prefix + "add_bos_token"),
            AddsEos = metadata.Flag(Prefix + "add_eos_token") ?? false,
        };
    }
}
