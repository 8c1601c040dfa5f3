using System.Text;
using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Tokens;
using Xunit.Abstractions;

namespace W2SR.Core.Tests.Tokens;

/// <summary>Broken files: each ends in a message that names the file, the place and the cause.</summary>
public sealed class TokenizerBadInputTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (Action<JsonObject> Break, string Message)> Slips = new()
    {
        ["vocabulary empty"] = (j => j["model"]!["vocab"] = new JsonObject(), "model.vocab: the vocabulary is empty."),
        ["vocabulary missing"] = (j => j["model"]!.AsObject().Remove("vocab"), "model: 'vocab' is missing."),
        ["vocabulary not an object"] = (j => j["model"]!["vocab"] = new JsonArray(1), "model.vocab: expected an object, found an array."),
        ["merge names no token"] = (j => j["model"]!["merges"]!.AsArray().Add("h zz"), "merge 11: \"h\" + \"zz\": \"zz\" is not in the vocabulary."),
        ["merge makes no token"] = (j => j["model"]!["merges"]!.AsArray().Add("z z"), "merge 11: \"z\" + \"z\": \"zz\" is not in the vocabulary."),
        ["merge of one"] = (j => j["model"]!["merges"]!.AsArray().Add("he"), "model.merges[11]: \"he\" is not two tokens with one blank between them."),
        ["merge of three"] = (j => j["model"]!["merges"]!.AsArray().Add(new JsonArray("h", "e", "l")), "model.merges[11]: a merge has two tokens, this one 3."),
        ["merges missing"] = (j => j["model"]!["merges"] = null, "model: 'merges' is missing."),
        ["two tokens with one id"] = (j => j["model"]!["vocab"]!["b"] = 97, "model.vocab: tokens \"a\" and \"b\" have the same id 97."),
        ["id negative"] = (j => j["model"]!["vocab"]!["b"] = -1, "model.vocab: token \"b\" has the negative id -1."),
        ["id far away"] = (j => j["model"]!["vocab"]!["b"] = 2_000_000_000, "model.vocab: id 2,000,000,000 is far beyond the 267 tokens there are."),
        ["id not whole"] = (j => j["model"]!["vocab"]!["b"] = 1.5, "model.vocab: the id of \"b\" is no whole number."),
        ["added token with another's id"] = (j => j["added_tokens"]![0]!["id"] = 268, "added_tokens: \"<|end|>\" and \"<think>\" have the same id 268."),
        ["added token with a token's id"] = (j => j["added_tokens"]![0]!["id"] = 97, "added_tokens: \"<|end|>\" has id 97, which is \"a\" in the vocabulary."),
        ["added token known by another id"] = (j => j["added_tokens"]![0]!["content"] = "hello", "added_tokens: \"hello\" has id 267 here and id 259 in the vocabulary."),
        ["added token twice"] = (j => j["added_tokens"]![0]!["content"] = "<think>", "added_tokens: \"<think>\" has the ids 267 and 268."),
        ["added token far away"] = (j => j["added_tokens"]![0]!["id"] = 1_000_000_000, "added_tokens: id 1,000,000,000 is far beyond the 269 tokens there are."),
        ["added token without a flag"] = (j => j["added_tokens"]![0]!.AsObject().Remove("lstrip"), "added_tokens[0]: 'lstrip' is missing."),
        ["unknown token not there"] = (j => { j["model"]!["unk_token"] = "<unk>"; j["model"]!["vocab"]!.AsObject().Remove("z"); }, "model.unk_token: \"<unk>\" is not in the vocabulary, which lacks some bytes."),
        ["dropout"] = (j => j["model"]!["dropout"] = 0.1, "model.dropout: BPE dropout is not supported: ids would be random. Set it to null."),
        ["suffix"] = (j => j["model"]!["end_of_word_suffix"] = "</w>", "model.end_of_word_suffix: '</w>' is not supported: byte-level BPE has none."),
        ["normalizer"] = (j => j["normalizer"]!["type"] = "NFKC", "normalizer: normalizer NFKC is not supported; NFC or none is."),
        ["pattern"] = (j => j["pre_tokenizer"]!["pretokenizers"]![0]!["pattern"]!["Regex"] = @"\w+", @"pre_tokenizer.pretokenizers[0]: Split pattern \w+ is not supported; the patterns of GPT-2, Qwen2, Llama 3, Mistral's Tekken and GPT-4o are known."),
        ["behavior"] = (j => j["pre_tokenizer"]!["pretokenizers"]![0]!["behavior"] = "MergedWithNext", "pre_tokenizer.pretokenizers[0]: Split behavior MergedWithNext (invert: false) is not supported; Isolated is."),
        ["no pre-tokenizer"] = (j => j["pre_tokenizer"] = null, "pre_tokenizer has no ByteLevel step: only byte-level BPE is supported."),
        ["no decoder"] = (j => j["decoder"] = null, "decoder is missing: only ByteLevel is supported."),
        ["post-processor"] = (j => j["post_processor"] = new JsonObject { ["type"] = "RobertaProcessing" }, "post_processor: post-processor RobertaProcessing is not supported; TemplateProcessing and ByteLevel are."),
        ["version"] = (j => j["version"] = "2.0", "version: version \"2.0\" is not known; 1.0 is."),
    };

    public static TheoryData<string> SlipNames => [.. Slips.Keys];

    [Theory]
    [MemberData(nameof(SlipNames))]
    public void Parse_OneSlip_NamesIt(string slip)
    {
        var (breakIt, message) = Slips[slip];
        var error = Assert.Throws<W2srFormatException>(() => TinyTokenizer.Create(breakIt));
        output.WriteLine(error.Message);
        Assert.Equal("tiny/tokenizer.json: " + message, error.Message);
    }

    [Theory]
    [InlineData("", "not valid JSON (0 bytes")]
    [InlineData("[]", "expected an object, found an array")]
    [InlineData("null", "expected an object, found null")]
    [InlineData("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0", "not valid JSON (42 bytes; is the file complete?)")]
    [InlineData("{\"model\": 7}", "model: expected an object, found 7")]
    [InlineData("{\"model\": {\"type\": \"\\ud800\"}}", "model.type: the string is not valid Unicode")]
    [InlineData("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"\\ud800\": 0}, \"merges\": []}, \"pre_tokenizer\": {\"type\": \"ByteLevel\", \"add_prefix_space\": false}, \"decoder\": {\"type\": \"ByteLevel\"}}", "model.vocab: a name is not valid Unicode")]
    [InlineData("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"a\": 1}, \"merges\": []}, \"pre_tokenizer\": {\"type\": \"ByteLevel\", \"add_prefix_space\": false}, \"decoder\": {\"type\": \"ByteLevel\"}}", "vocabulary: token \"a\" has the ids 0 and 1.")]
    public void Parse_NotAFile_SaysWhere(string json, string message)
    {
        var error = Assert.Throws<W2srFormatException>(() => HuggingFaceTokenizer.Parse(Encoding.UTF8.GetBytes(json), name: "tiny"));
        output.WriteLine(error.Message);
        Assert.StartsWith("tiny/tokenizer.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_EveryTruncation_IsRefused()
    {
        var bytes = TinyTokenizer.Bytes(TinyTokenizer.Json());
        for (var length = 0; length < bytes.Length; length += 37)
            Assert.Throws<W2srFormatException>(() => HuggingFaceTokenizer.Parse(bytes.AsMemory(0, length)));
    }

    [Theory]
    [InlineData("{\"eos_token\": \"<eos>\"}", "eos_token: the configuration names \"<eos>\", which is not in the vocabulary.")]
    [InlineData("{\"eos_token\": 3}", "tiny/tokenizer_config.json: eos_token: expected a string, found 3.")]
    [InlineData("{\"eos_token\": {}}", "tiny/tokenizer_config.json: eos_token: 'content' is missing.")]
    [InlineData("{\"eos_token\": ", "tiny/tokenizer_config.json: line 1, byte 15: not valid JSON")]
    public void Parse_BrokenConfiguration_NamesIt(string config, string message) =>
        Assert.Contains(message, Assert.Throws<W2srFormatException>(() => TinyTokenizer.Create(config: config)).Message, StringComparison.Ordinal);
}
