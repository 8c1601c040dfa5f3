using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;

namespace W2SR.Core.Tests.Tokens;

/// <summary>Behaviour that the oracle's files do not reach.</summary>
public sealed class HuggingFaceTokenizerTests
{
    [Fact]
    public void Encode_TinyVocabulary_MergesAsByHand()
    {
        var tokenizer = TinyTokenizer.Create();
        Assert.Equal(["hello", " world", "!"], tokenizer.Pieces("hello world!"));
        Assert.Equal(["1", "2"], tokenizer.Pieces("12")); // the pattern keeps digits apart, so "1 2" never meets
        Assert.Equal(["é"], tokenizer.Pieces("e\u0301")); // NFC first
        Assert.Equal(["he", "<think>", "ll", "<|end|>"], tokenizer.Pieces("he<think>ll<|end|>"));
        Assert.Equal("hello", tokenizer.Decode(tokenizer.Encode("hello<|end|>")));
    }

    [Fact]
    public void Encode_SplitSpecialTokens_TakesThemForText()
    {
        var tokenizer = TinyTokenizer.Create();
        var ids = tokenizer.Encode("<|end|><think>", addSpecialTokens: false, splitSpecialTokens: true);
        Assert.DoesNotContain(tokenizer.FindId("<|end|>")!.Value, ids);
        Assert.Contains(tokenizer.FindId("<think>")!.Value, ids); // added, not special
        Assert.Equal("<|end|><think>", tokenizer.Decode(ids));
    }

    [Fact]
    public void Encode_AnyUnits_NeverThrows()
    {
        var tokenizer = TinyTokenizer.Create();
        foreach (var (text, expected) in new[] { ("\ud83d", "\ufffd"), ("a\ude00b", "a\ufffdb"), ("\ud83d\ud83d\ude00", "\ufffd😀"), ("\ude00\ud83d", "\ufffd\ufffd"), ("\ufffe\uffff\0", "\ufffe\uffff\0") })
            Assert.Equal(expected, tokenizer.Decode(tokenizer.Encode(text)));
    }

    [Fact]
    public void Encode_PrefixSpace_BeginsEveryPieceBetweenAddedTokens()
    {
        var tokenizer = TinyTokenizer.Create(j => j["pre_tokenizer"] = TinyTokenizer.ByteLevel(useRegex: true, addPrefixSpace: true));
        Assert.Equal([" ", "hello", "<think>", " world"], tokenizer.Pieces("hello<think>world"));
        Assert.Equal([" ", "hello"], tokenizer.Pieces(" hello"));
        Assert.Empty(tokenizer.Encode(""));
    }

    [Fact]
    public void Encode_ByteWithoutToken_IsDroppedOrUnknown()
    {
        static void Lose(JsonObject json)
        {
            var vocabulary = json["model"]!["vocab"]!.AsObject();
            vocabulary.Remove("!");
        }
        Assert.Equal(["hell", "o"], TinyTokenizer.Create(Lose).Pieces("hell!!o")); // "!!o" is a word of its own
        Assert.Equal(["hello"], TinyTokenizer.Create(j => { Lose(j); j["pre_tokenizer"] = TinyTokenizer.ByteLevel(useRegex: false); }).Pieces("hell!o")); // merged across the gap
        var unknown = TinyTokenizer.Create(j => { Lose(j); j["model"]!["unk_token"] = "?"; });
        Assert.Equal(["?", "?"], unknown.Pieces("!!"));
        var fused = TinyTokenizer.Create(j => { Lose(j); j["model"]!["unk_token"] = "?"; j["model"]!["fuse_unk"] = true; });
        Assert.Equal(["?"], fused.Pieces("!!"));
    }

    [Fact]
    public void Encode_NormalizedAddedToken_IsFoundInEitherForm()
    {
        var tokenizer = TinyTokenizer.Create(j => j["added_tokens"]!.AsArray().Add(TinyTokenizer.Added(300, "<e\u0301>", special: true, normalized: true)));
        Assert.Equal(301, tokenizer.VocabularySize);
        Assert.Equal([300, 300], tokenizer.Encode("<e\u0301><é>"));
    }

    [Theory]
    [InlineData("word", true)]
    [InlineData("a word.", true)]
    [InlineData("😀word½", true)] // neither is a word character to Rust's regex
    [InlineData("_word", false)]
    [InlineData("word\u0301", false)]
    [InlineData("word\u0663", false)]
    [InlineData("wordⅧ", false)]
    [InlineData("ⓐword", false)] // Other_Alphabetic
    [InlineData("word\u200d", false)]
    [InlineData("𝐀word", false)]
    public void Encode_SingleWord_LooksAtBothNeighbours(string text, bool isFound)
    {
        var tokenizer = TinyTokenizer.Create(j =>
        {
            var token = TinyTokenizer.Added(269, "word", special: false);
            token["single_word"] = true;
            j["added_tokens"]!.AsArray().Add(token);
        });
        Assert.Equal(isFound, tokenizer.Encode(text).Contains(269));
    }

    [Fact]
    public void Encode_Template_PutsIdsAround()
    {
        static JsonObject Piece(string kind, string id) => new() { [kind] = new JsonObject { ["id"] = id, ["type_id"] = 0 } };
        var tokenizer = TinyTokenizer.Create(j => j["post_processor"] = new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Piece("SpecialToken", "[S]"), Piece("Sequence", "A"), Piece("SpecialToken", "[E]")),
            ["special_tokens"] = new JsonObject { ["[S]"] = new JsonObject { ["ids"] = new JsonArray(267, 3) }, ["[E]"] = new JsonObject { ["ids"] = new JsonArray(5) } },
        });
        Assert.Equal([267, 3, (int)'!', 5], tokenizer.Encode("!", addSpecialTokens: true));
        Assert.Equal(['!'], tokenizer.Encode("!"));
    }

    [Theory]
    [InlineData("a", 20_000)]
    [InlineData("漢", 20_000)]
    [InlineData("漢字かな", 5_000)]
    [InlineData("😀", 10_000)]
    [InlineData(" ", 100_000)]
    [InlineData("\n", 100_000)]
    [InlineData("e\u0301", 50_000)]
    [InlineData("\u0301\u0327", 50_000)]
    [InlineData("<", 100_000)]
    public void Encode_LongRun_TakesLittleTime(string unit, int count)
    {
        var tokenizer = TinyTokenizer.Create();
        var text = string.Concat(Enumerable.Repeat(unit, count));
        tokenizer.Encode(unit);
        var clock = Stopwatch.StartNew();
        var ids = tokenizer.Encode(text);
        Assert.True(clock.Elapsed.TotalSeconds < 20, $"{clock.Elapsed.TotalSeconds:F1} s"); // a quadratic merge takes minutes
        Assert.NotEmpty(ids);
    }

    [Fact]
    public void Encode_ManyThreads_GivesWhatOneGives()
    {
        var shared = TinyTokenizer.Create();
        string[] texts = [.. Enumerable.Range(0, 400).Select(i => $"hello {i} world{i % 7} hell{new string('o', i % 40)} é{i}<think>")];
        var expected = texts.Select(t => TinyTokenizer.Create().Encode(t)).ToArray();
        Parallel.For(0, 4, _ =>
        {
            for (var round = 0; round < 5; round++)
                for (var i = 0; i < texts.Length; i++) Assert.Equal(expected[i], shared.Encode(texts[i]));
        });
    }

    [Fact]
    public void Decode_NegativeId_SaysSo()
    {
        foreach (var tokenizer in (ITokenizer[])[TinyTokenizer.Create(), new WordTokenizer(["a", "b"])])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([-1]));
            Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.CreateDecoder().Append(-1));
        }
        foreach (var id in (int[])[-1, TinyTokenizer.Create().VocabularySize]) Assert.Throws<ArgumentOutOfRangeException>(() => TinyTokenizer.Create().WithEndIds([id]));
    }

    [Theory]
    [InlineData("é", "é")] // two bytes: the row between them splits no character
    [InlineData("1 2", "1 2")]
    public void Decode_IdOfAPaddedRow_HasNoText(string text, string expected)
    {
        var tokenizer = TinyTokenizer.Create(json => json["model"]!["merges"] = new System.Text.Json.Nodes.JsonArray());
        int[] ids = [.. tokenizer.Encode(text).SelectMany(id => new[] { id, tokenizer.VocabularySize, tokenizer.VocabularySize + 270 })];
        Assert.Equal(expected, tokenizer.Decode(ids));
        Assert.Equal(expected, tokenizer.Decode(ids, skipSpecialTokens: false));
        Assert.Equal(expected, Streamed(tokenizer, ids));
        var words = new WordTokenizer(["a", "b"]);
        Assert.Equal("a b", words.Decode([9, 0, 3, 1, 9]));
        Assert.Equal("a b", Streamed(words, [9, 0, 3, 1, 9]));

        static string Streamed(ITokenizer tokenizer, int[] ids)
        {
            var decoder = tokenizer.CreateDecoder();
            return string.Concat(ids.Select(decoder.Append)) + decoder.Flush();
        }
    }

    [Fact]
    public void Flush_HalfACharacter_ShowsAReplacementAndStartsAnew()
    {
        var tokenizer = TinyTokenizer.Create();
        var decoder = tokenizer.CreateDecoder();
        Assert.Equal("", decoder.Append(0xE6)); // first of three bytes
        Assert.Equal("\ufffd", decoder.Flush());
        Assert.Equal("a", decoder.Append('a'));
        Assert.Equal("", decoder.Flush());
    }

    [Fact]
    public void WithEndIds_OtherEnds_KeepsTheRest()
    {
        var tokenizer = TinyTokenizer.Create(config: """{"eos_token": {"content": "<|end|>"}, "pad_token": null}""");
        Assert.Equal([267], tokenizer.EndIds);
        Assert.Null(tokenizer.PadId);
        var other = tokenizer.WithEndIds([3, 267]);
        Assert.Equal([3, 267], other.EndIds);
        Assert.Equal(267, other.Special.Eos);
        Assert.Equal(tokenizer.Encode("hello"), other.Encode("hello"));
    }

    [Theory]
    [InlineData("<|end|>", 267)]
    [InlineData("Ġworld", 264)]
    [InlineData("hello", 259)]
    [InlineData(" world", null)]
    [InlineData("nothing", null)]
    public void FindId_VocabularySpelling_GivesTheId(string token, int? id) => Assert.Equal(id, TinyTokenizer.Create().FindId(token));

    [Fact]
    public void CleanUpSpaces_PunctuationAndContractions_LoseTheirBlank() =>
        Assert.Equal("Yes, I'm sure. Don't you? We've they're it's!", HuggingFaceTokenizer.CleanUpSpaces("Yes , I 'm sure . Do n't you ? We 've they 're it 's !"));

    [Fact]
    public void Save_LoadedFromAFolder_WritesTheSameBytes()
    {
        var source = Directory.CreateTempSubdirectory("w2sr-tokenizer-");
        try
        {
            var files = new Dictionary<string, byte[]>
            {
                ["tokenizer.json"] = [.. TinyTokenizer.Bytes(TinyTokenizer.Json()), (byte)' ', (byte)'\n'],
                ["tokenizer_config.json"] = Encoding.UTF8.GetBytes("""{ "bos_token": null,"unknown_key": [1.50], "clean_up_tokenization_spaces": true}"""),
                ["special_tokens_map.json"] = Encoding.UTF8.GetBytes("""{"eos_token": "<|end|>"}"""),
                ["merges.txt"] = Encoding.UTF8.GetBytes("#version: 0.2\nh e\n"),
            };
            foreach (var (name, bytes) in files) File.WriteAllBytes(Path.Combine(source.FullName, name), bytes);
            var tokenizer = HuggingFaceTokenizer.Load(source.FullName);
            Assert.Equal([267], tokenizer.EndIds); // the older map fills in
            var target = Path.Combine(source.FullName, "saved");
            tokenizer.Save(target);
            Assert.Equal(files.Keys.Order(), Directory.GetFiles(target).Select(f => Path.GetFileName(f)!).Order());
            foreach (var (name, bytes) in files) Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(target, name)));
        }
        finally
        {
            source.Delete(recursive: true);
        }
    }

    [Fact]
    public void Load_FolderWithoutTokenizer_SaysWhatToDo()
    {
        var folder = Directory.CreateTempSubdirectory("w2sr-tokenizer-");
        try
        {
            Assert.Contains("no tokenizer.json", Assert.Throws<W2srFormatException>(() => HuggingFaceTokenizer.Load(folder.FullName)).Message, StringComparison.Ordinal);
            Assert.Contains("does not exist", Assert.Throws<W2srFormatException>(() => HuggingFaceTokenizer.Load(folder.FullName + "/none.json")).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete();
        }
    }

    [SkippableFact]
    public void Save_RealTokenizer_RoundTripsThroughAFolder()
    {
        var name = TokenizerOracle.Names[^1];
        var folder = Directory.CreateTempSubdirectory("w2sr-tokenizer-");
        try
        {
            TokenizerOracle.Load(name).Save(folder.FullName);
            Assert.Equal(TokenizerOracle.Bytes(name), File.ReadAllBytes(Path.Combine(folder.FullName, "tokenizer.json")));
            var again = HuggingFaceTokenizer.Load(folder.FullName);
            Assert.Equal(TokenizerOracle.Load(name).Special, again.Special);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
