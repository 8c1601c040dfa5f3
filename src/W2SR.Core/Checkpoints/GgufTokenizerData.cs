using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary>The tokenizer entries of a GGUF file's metadata, as plain arrays; a tokenizer is built from them elsewhere.</summary>
public sealed record GgufTokenizerData
{
    private const string Prefix = "tokenizer.ggml.";

    /// <summary>The kind: <c>gpt2</c> is byte-level BPE.</summary>
    public required string Model { get; init; }

    /// <summary>Which pattern cuts text into words, such as <c>qwen2</c> or <c>llama-bpe</c>; null when the file is silent.</summary>
    public string? Pre { get; init; }

    /// <summary>The tokens in the order of their ids; never empty.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte, one for each token; null: all normal.</summary>
    public IReadOnlyList<int>? TokenTypes { get; init; }

    /// <summary>Two tokens with a blank between, earliest merge first; empty for kinds without merges.</summary>
    public IReadOnlyList<string> Merges { get; init; } = [];

    /// <summary>The id that begins a text, or null.</summary>
    public int? BosId { get; init; }

    /// <summary>The id that ends a text, or null.</summary>
    public int? EosId { get; init; }

    /// <summary>The id that ends a turn of a chat, or null.</summary>
    public int? EndOfTurnId { get; init; }

    /// <summary>The id for what cannot be encoded, or null.</summary>
    public int? UnknownId { get; init; }

    /// <summary>The id that fills batches, or null.</summary>
    public int? PadId { get; init; }

    /// <summary>Whether a text begins with <see cref="BosId"/>; null when the file is silent.</summary>
    public bool? AddsBos { get; init; }

    /// <summary>Whether a text ends with <see cref="EosId"/>; null when the file is silent.</summary>
    public bool? AddsEos { get; init; }

    /// <summary>Whether a blank is put before a text; null when the file is silent.</summary>
    public bool? AddsSpacePrefix { get; init; }

    /// <summary>The chat template (Jinja), or null.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Every id that ends a text or a turn, without repetition.</summary>
    public IReadOnlyList<int> EndIds { get; init; } = [];

    /// <summary>Takes the entries out of the metadata; null when the file holds no tokenizer.</summary>
    /// <exception cref="W2srFormatException">An entry is of the wrong kind, the vocabulary is empty, or an id lies outside it.</exception>
    public static GgufTokenizerData? Read(GgufMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!metadata.Has(Prefix + "tokens") && !metadata.Has(Prefix + "model")) return null;
        var tokens = metadata.Texts(Prefix + "tokens") ?? throw metadata.Wrong(Prefix + "tokens", "is missing, though the file names a tokenizer model.");
        if (tokens.Count == 0) throw metadata.Wrong(Prefix + "tokens", "is an empty vocabulary. Convert the checkpoint again with its tokenizer files beside it.");
        var types = metadata.Integers(Prefix + "token_type");
        if (types is not null && types.Count != tokens.Count) throw metadata.Wrong(Prefix + "token_type", $"has {types.Count} entries for {tokens.Count} tokens.");
        if (types is not null && types.Any(t => t is < 0 or > 6)) throw metadata.Wrong(Prefix + "token_type", $"holds {types.First(t => t is < 0 or > 6)}; token types are 0 to 6.");
        int? Id(string name)
        {
            if (metadata.Integer(Prefix + name) is not { } id || id is -1 or uint.MaxValue) return null; // both stand for none
            return id >= 0 && id < tokens.Count ? (int)id : throw metadata.Wrong(Prefix + name, $"is {id}, outside the {tokens.Count} tokens.");
        }
        int? eos = Id("eos_token_id"), endOfTurn = Id("eot_token_id");
        return new GgufTokenizerData
        {
            Model = metadata.Text(Prefix + "model") ?? throw metadata.Wrong(Prefix + "model", "is missing, though the file holds tokens."),
            Pre = metadata.Text(Prefix + "pre"),
            Tokens = tokens,
            TokenTypes = types is null ? null : [.. types.Select(t => (int)t)],
            Merges = metadata.Texts(Prefix + "merges") ?? [],
            BosId = Id("bos_token_id"),
            EosId = eos,
            EndOfTurnId = endOfTurn,
            UnknownId = Id("unknown_token_id"),
            PadId = Id("padding_token_id"),
            AddsBos = metadata.Flag(Prefix + "add_bos_token"),
            AddsEos = metadata.Flag(Prefix + "add_eos_token"),
            AddsSpacePrefix = metadata.Flag(Prefix + "add_space_prefix"),
            ChatTemplate = metadata.Text("tokenizer.chat_template"),
            EndIds = [.. new[] { eos, endOfTurn, Id("eom_token_id") }.OfType<int>().Distinct()],
        };
    }
}
