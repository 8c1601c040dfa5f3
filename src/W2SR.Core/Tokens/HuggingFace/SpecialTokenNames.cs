namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>The names of special tokens in <c>tokenizer_config.json</c> or <c>special_tokens_map.json</c>.</summary>
internal sealed record SpecialTokenNames(string? Bos, string? Eos, string? Pad, string? Unk)
{
    public static SpecialTokenNames None { get; } = new(null, null, null, null);

    /// <exception cref="Common.W2srFormatException">Not JSON, or a name is neither a string nor an object with <c>content</c>.</exception>
    public static SpecialTokenNames Read(ReadOnlyMemory<byte> bytes, string file) => JsonPart.Read(bytes, file, root =>
        new SpecialTokenNames(Name(root, "bos_token"), Name(root, "eos_token"), Name(root, "pad_token"), Name(root, "unk_token")));

    /// <summary>These names, and the other's where one is missing.</summary>
    public SpecialTokenNames Or(SpecialTokenNames other) => new(Bos ?? other.Bos, Eos ?? other.Eos, Pad ?? other.Pad, Unk ?? other.Unk);

    private static string? Name(JsonPart root, string key) => root.Find(key) is not { } part ? null : part.IsObject ? part["content"].Text() : part.Text();
}
