using System.Text;
using System.Text.Json.Nodes;
using W2SR.Core.Tokens;
using W2SR.Core.Tokens.BytePairs;

namespace W2SR.Core.Tests.Tokens;

/// <summary>A small valid tokenizer.json to change: all bytes, a few merges, two added tokens, Qwen's pattern, NFC.</summary>
internal static class TinyTokenizer
{
    public const string QwenPattern = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public static readonly string[] Merges = ["h e", "l l", "he ll", "hell o", "Ġ w", "o r", "Ġw or", "l d", "Ġwor ld", "1 2", "Ã ©"];

    public static JsonObject Json()
    {
        var vocabulary = new JsonObject();
        for (var b = 0; b < 256; b++) vocabulary[$"{ByteAlphabet.CharacterOf((byte)b)}"] = b;
        foreach (var merge in Merges) vocabulary[merge.Replace(" ", "", StringComparison.Ordinal)] = vocabulary.Count;
        var size = vocabulary.Count;
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray(Added(size, "<|end|>", special: true), Added(size + 1, "<think>", special: false)),
            ["normalizer"] = new JsonObject { ["type"] = "NFC" },
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = QwenPattern }, ["behavior"] = "Isolated", ["invert"] = false },
                    ByteLevel(useRegex: false)),
            },
            ["post_processor"] = null,
            ["decoder"] = ByteLevel(useRegex: true),
            ["model"] = new JsonObject { ["type"] = "BPE", ["unk_token"] = null, ["vocab"] = vocabulary, ["merges"] = new JsonArray([.. Merges.Select(m => JsonValue.Create(m))]) },
        };
    }

    public static JsonObject Added(int id, string content, bool special, bool normalized = false) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = normalized,
        ["special"] = special,
    };

    public static JsonObject ByteLevel(bool useRegex, bool addPrefixSpace = false) =>
        new() { ["type"] = "ByteLevel", ["add_prefix_space"] = addPrefixSpace, ["trim_offsets"] = true, ["use_regex"] = useRegex };

    public static byte[] Bytes(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    /// <summary>The tiny tokenizer after a change.</summary>
    public static HuggingFaceTokenizer Create(Action<JsonObject>? change = null, string config = "")
    {
        var json = Json();
        change?.Invoke(json);
        return HuggingFaceTokenizer.Parse(Bytes(json), Encoding.UTF8.GetBytes(config), "tiny");
    }

    /// <summary>The tokens that a text becomes, spelled out.</summary>
    public static string[] Pieces(this HuggingFaceTokenizer tokenizer, string text) => [.. tokenizer.Encode(text).Select(id => tokenizer.Decode([id], skipSpecialTokens: false))];
}
