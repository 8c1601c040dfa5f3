using System.Text.Json;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using W2SR.Core.Tokens.BytePairs;

namespace W2SR.Core.Tests.Tokens;

/// <summary>Tokenizers from GGUF metadata: the same ids as the tokenizer.json that the metadata came from.</summary>
public sealed class GgufVocabularyTests
{
    [SkippableFact]
    public void FromGguf_RealFile_GivesTheOraclesIds()
    {
        var folder = OracleData.Model("smollm2-135m-instruct");
        using var gguf = GgufReader.Open(Directory.EnumerateFiles(folder, "*.gguf").Single());
        var tokenizer = GgufTokenizer.Create(gguf.Metadata, "SmolLM2");
        var saved = Reloaded(tokenizer);
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        foreach (var item in expected.RootElement.GetProperty("cases").EnumerateArray())
            Assert.Equal(item.Ids("input_ids"), tokenizer.Encode(item.GetProperty("prompt").GetString()!));
        AssertSameAsCases("smollm2", tokenizer, saved);
        var reference = TokenizerOracle.Load("smollm2");
        foreach (var one in (HuggingFaceTokenizer[])[tokenizer, saved])
        {
            Assert.Equal(reference.Special, one.Special);
            Assert.Equal(reference.AddedTokens, one.AddedTokens);
            Assert.Equal(reference.VocabularySize, one.VocabularySize);
            Assert.Equal(reference.EndIds, one.EndIds);
        }
    }

    [SkippableFact]
    public void FromGguf_EveryOracleThatGgufCanHold_GivesItsIds()
    {
        var compared = 0;
        foreach (var name in TokenizerOracle.Names)
        {
            // The large ones take seconds each; the real file above is one of them.
            if (!LongChecks.IsOn && TokenizerOracle.Bytes(name).Length > 1 << 20) continue;
            using var json = JsonDocument.Parse(TokenizerOracle.Bytes(name));
            if (AsGguf(json.RootElement, TokenizerOracle.Load(name)) is not { } vocabulary) continue;
            var tokenizer = HuggingFaceTokenizer.FromGguf(vocabulary, name);
            AssertSameAsCases(name, tokenizer, Reloaded(tokenizer));
            compared++;
        }
        Assert.True(compared > 0);
    }

    [Theory]
    [InlineData("model", "llama", "tiny.gguf: tokenizer.ggml.model: 'llama' is not supported; 'gpt2' (byte-level BPE) is. 'llama' is SentencePiece.")]
    [InlineData("pre", "deepseek-v3", "tiny.gguf: tokenizer.ggml.pre: 'deepseek-v3' is not supported;")]
    [InlineData("pre", null, "tiny.gguf: tokenizer.ggml.pre: is missing")]
    [InlineData("types", null, "tiny.gguf: tokenizer.ggml.token_type: has 1 entries for 267 tokens.")]
    [InlineData("eos", null, "tiny.gguf: tokenizer.ggml.eos_token_id: 267 is not below the 267 tokens.")]
    [InlineData("bos", null, "tiny.gguf: tokenizer.ggml.add_bos_token: is true, but there is no bos_token_id.")]
    [InlineData("merge", null, "tiny.gguf: tokenizer.ggml.merges: \"h\" is not two tokens with one blank between them.")]
    [InlineData("unknown merge", null, "tiny.gguf: merge 11: \"q\" + \"x\": \"qx\" is not in the vocabulary.")]
    [InlineData("twice", null, "tiny.gguf: vocabulary: token \"b\" has the ids 97 and 98.")]
    [InlineData("empty", null, "tiny.gguf: vocabulary: the vocabulary is empty.")]
    public void FromGguf_OneSlip_NamesIt(string slip, string? value, string message)
    {
        var good = Tiny();
        var bad = slip switch
        {
            "model" => good with { Model = value! },
            "pre" => good with { Pre = value },
            "types" => good with { TokenTypes = [1] },
            "eos" => good with { Special = good.Special with { Eos = good.Tokens.Count } },
            "bos" => good with { AddsBos = true },
            "merge" => good with { Merges = ["h"] },
            "unknown merge" => good with { Merges = [.. good.Merges, "q x"] },
            "twice" => good with { Tokens = [.. good.Tokens.Select(t => t == "a" ? "b" : t)] },
            _ => good with { Tokens = [], TokenTypes = [], Merges = [], Special = new(null, null, null, null) },
        };
        Assert.StartsWith(message, Assert.Throws<W2srFormatException>(() => HuggingFaceTokenizer.FromGguf(bad, "tiny.gguf")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromGguf_TokenTypesAndEnds_BecomeAddedTokensAndEndIds()
    {
        var tiny = Tiny();
        int[] types = [.. Enumerable.Repeat(1, tiny.Tokens.Count), 3, 4, 5];
        var tokenizer = HuggingFaceTokenizer.FromGguf(tiny with
        {
            Tokens = [.. tiny.Tokens, "<|end|>", "<think>", "[PAD]"],
            TokenTypes = types,
            Special = new SpecialTokenIds(267, 267, null, null),
            EndOfTurnId = 268,
            AddsBos = true,
            AddsEos = true,
        });
        Assert.Equal([new AddedToken(267, "<|end|>", true), new AddedToken(268, "<think>", false)], tokenizer.AddedTokens);
        Assert.Equal([267, 268], tokenizer.EndIds);
        Assert.Equal([267, 259, 268, 267], tokenizer.Encode("hello<think>", addSpecialTokens: true));
        Assert.Equal(270, tokenizer.VocabularySize);
        var saved = Reloaded(tokenizer);
        Assert.Equal([267, 259, 268, 267], saved.Encode("hello<think>", addSpecialTokens: true));
        Assert.Equal(tokenizer.Special, saved.Special);
    }

    private static GgufVocabulary Tiny() => new()
    {
        Model = "gpt2",
        Pre = "qwen2",
        Tokens = [.. Enumerable.Range(0, 256).Select(b => $"{ByteAlphabet.CharacterOf((byte)b)}"), .. TinyTokenizer.Merges.Select(m => m.Replace(" ", "", StringComparison.Ordinal))],
        Merges = TinyTokenizer.Merges,
    };

    /// <summary>What a converter would write, or null where GGUF has no place for something: flags of added tokens, other pipelines.</summary>
    private static GgufVocabulary? AsGguf(JsonElement root, HuggingFaceTokenizer tokenizer)
    {
        if (tokenizer.AddedTokens.Any(t => t.SingleWord || t.StripLeft || t.StripRight || t.Normalized)) return null;
        var model = root.GetProperty("model");
        var cut = root.GetProperty("pre_tokenizer").GetRawText();
        var pre = cut.Contains("{1,3}", StringComparison.Ordinal) ? "llama-bpe" : cut.Contains("(?i:", StringComparison.Ordinal) ? "qwen2" : cut.Contains("Digits", StringComparison.Ordinal) ? "smollm" : "gpt-2";
        var tokens = new string[tokenizer.VocabularySize];
        var types = Enumerable.Repeat(1, tokens.Length).ToArray();
        foreach (var token in model.GetProperty("vocab").EnumerateObject()) tokens[token.Value.GetInt32()] = token.Name;
        foreach (var token in tokenizer.AddedTokens) (tokens[token.Id], types[token.Id]) = (token.Content, token.IsSpecial ? 3 : 4);
        if (Array.IndexOf(tokens, null) >= 0) return null;
        return new GgufVocabulary
        {
            Model = "gpt2",
            Pre = pre,
            Tokens = tokens,
            TokenTypes = types,
            Merges = [.. model.GetProperty("merges").EnumerateArray().Select(m => m.ValueKind == JsonValueKind.String ? m.GetString()! : $"{m[0].GetString()} {m[1].GetString()}")],
            Special = tokenizer.Special,
            AddsBos = tokenizer.Encode("", addSpecialTokens: true).Length > 0,
        };
    }

    private static HuggingFaceTokenizer Reloaded(HuggingFaceTokenizer tokenizer)
    {
        var folder = Directory.CreateTempSubdirectory("w2sr-gguf-");
        try
        {
            tokenizer.Save(folder.FullName);
            return HuggingFaceTokenizer.Load(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AssertSameAsCases(string name, params HuggingFaceTokenizer[] tokenizers)
    {
        using var cases = TokenizerOracle.Json(name, "cases.json");
        foreach (var item in cases.RootElement.EnumerateArray())
        {
            if (item.TryGetProperty("unicode_sensitive", out _)) continue;
            var text = item.GetProperty("text").GetString()!;
            foreach (var tokenizer in tokenizers)
            {
                var ids = item.Ids();
                Assert.True(ids.AsSpan().SequenceEqual(tokenizer.Encode(text)), $"{name}: {TokenizerOracle.Show(text)}");
                Assert.Equal(item.TryGetProperty("ids_with_special", out var special) ? special.GetArrayLength() : ids.Length, tokenizer.Encode(text, addSpecialTokens: true).Length);
                Assert.Equal(item.TryGetProperty("decoded", out var decoded) ? decoded.GetString() : text, tokenizer.Decode(ids, skipSpecialTokens: false));
            }
        }
    }
}
