using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tests.Tokens;
using W2SR.Core.Tokens;
using W2SR.Core.Tokens.Unicode;
using Xunit.Abstractions;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Ids, decoded text and streamed pieces by Hugging Face's tokenizers, for every folder that is there.</summary>
public sealed class TokenizerOracleTests(ITestOutputHelper output)
{
    [SkippableFact]
    public void EncodeDecode_EveryCase_EqualsTheReference()
    {
        var (count, sensitive, wrong) = (0, new List<string>(), new List<string>());
        foreach (var name in TokenizerOracle.Names)
        {
            var tokenizer = TokenizerOracle.Load(name);
            using var cases = TokenizerOracle.Json(name, "cases.json");
            foreach (var item in cases.RootElement.EnumerateArray())
            {
                count++;
                var text = item.GetProperty("text").GetString()!;
                var slips = Compare(tokenizer, item, text).ToArray();
                if (slips.Length == 0) continue;
                var isSensitive = item.TryGetProperty("unicode_sensitive", out var flag) && flag.GetBoolean();
                (isSensitive ? sensitive : wrong).Add($"{name} {item.GetProperty("kind").GetString()} {TokenizerOracle.Show(text)}: {string.Join("; ", slips)}");
            }
        }
        output.WriteLine($"{count:N0} cases, {wrong.Count} wrong; {sensitive.Count} that hang on the Unicode version differ:");
        foreach (var line in sensitive) output.WriteLine(line);
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {count} cases differ:\n{string.Join('\n', wrong.Take(20))}");
        Assert.True(count > 0);
    }

    [SkippableFact]
    public void Decode_ArbitraryIds_EqualsTheReference()
    {
        var count = 0;
        foreach (var name in TokenizerOracle.Names)
        {
            var tokenizer = TokenizerOracle.Load(name);
            using var decodes = TokenizerOracle.Json(name, "decodes.json");
            foreach (var item in decodes.RootElement.EnumerateArray())
            {
                count++;
                var ids = item.Ids();
                Assert.Equal(item.GetProperty("decoded").GetString(), tokenizer.Decode(ids, skipSpecialTokens: false));
                Assert.Equal(item.GetProperty("decoded_skip_special").GetString(), tokenizer.Decode(ids));
                foreach (var skip in (bool[])[false, true])
                {
                    var decoder = tokenizer.CreateDecoder(skip);
                    Assert.Equal(tokenizer.Decode(ids, skip), string.Concat(ids.Select(decoder.Append)) + decoder.Flush());
                }
            }
        }
        Assert.True(count > 0);
    }

    [SkippableFact]
    public void CreateDecoder_EveryStream_ShowsTheSamePieces()
    {
        var count = 0;
        foreach (var name in TokenizerOracle.Names)
        {
            var tokenizer = TokenizerOracle.Load(name);
            using var streams = TokenizerOracle.Json(name, "streams.json");
            foreach (var item in streams.RootElement.EnumerateArray())
            {
                count++;
                foreach (var (key, skip) in new[] { ("pieces", false), ("pieces_skip_special", true) })
                {
                    var pieces = (item.TryGetProperty(key, out var other) ? other : item.GetProperty("pieces")).EnumerateArray().Select(p => p.GetString() ?? "").ToArray();
                    var decoder = tokenizer.CreateDecoder(skip);
                    Assert.Equal(pieces, item.Ids().Select(decoder.Append));
                    Assert.Equal("", decoder.Flush());
                }
            }
        }
        Assert.True(count > 0);
    }

    [SkippableFact]
    public void Parse_EveryTokenizer_HasTheSameFacts()
    {
        foreach (var name in TokenizerOracle.Names)
        {
            var tokenizer = TokenizerOracle.Load(name);
            using var json = TokenizerOracle.Json(name, "facts.json");
            var facts = json.RootElement;
            Assert.Equal(facts.GetProperty("max_id").GetInt32() + 1, tokenizer.VocabularySize);
            int? Id(string role) => facts.GetProperty("special").GetProperty(role) is { ValueKind: JsonValueKind.Object } named && named.GetProperty("id") is { ValueKind: JsonValueKind.Number } id ? id.GetInt32() : null;
            Assert.Equal(new SpecialTokenIds(Id("bos"), Id("eos"), Id("pad"), Id("unk")), tokenizer.Special);
            Assert.Equal(Id("eos") is { } eos ? [eos] : [], tokenizer.EndIds);
            Assert.Equal(Id("pad"), tokenizer.PadId);
            var added = facts.GetProperty("added_tokens").EnumerateArray().Select(t => new AddedToken(t.GetProperty("id").GetInt32(), t.GetProperty("content").GetString()!, t.GetProperty("special").GetBoolean())
            {
                StripLeft = t.GetProperty("lstrip").GetBoolean(),
                StripRight = t.GetProperty("rstrip").GetBoolean(),
                SingleWord = t.GetProperty("single_word").GetBoolean(),
                Normalized = t.GetProperty("normalized").GetBoolean(),
            });
            Assert.Equal(added, tokenizer.AddedTokens);
            foreach (var token in facts.GetProperty("token_bytes_hex").EnumerateObject())
                Assert.Equal(token.Value.GetString(), Convert.ToHexStringLower(tokenizer.BytesOf(int.Parse(token.Name, System.Globalization.CultureInfo.InvariantCulture), skipSpecialTokens: false)));
        }
    }

    [SkippableFact]
    public void Parse_UnsupportedKinds_RefusesByName()
    {
        var folders = Directory.EnumerateDirectories(OracleData.Folder("tokenizers")).Select(d => Path.GetFileName(d)!).Where(MustRefuse).ToArray();
        Assert.NotEmpty(folders);
        foreach (var folder in folders)
        {
            var refusal = Assert.Throws<W2srFormatException>(() => HuggingFaceTokenizer.Parse(TokenizerOracle.Bytes(folder), name: folder));
            output.WriteLine(refusal.Message);
            using var facts = TokenizerOracle.Json(folder, "facts.json");
            // Each reason names a part and its kind ("model.type Unigram"); the part that we met first must be named with its kind.
            Assert.Contains(facts.RootElement.GetProperty("why").EnumerateArray(), why =>
            {
                var words = why.GetString()!.Split([' ', '.', ',', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
                bool IsNamed(string word) => refusal.Message.Contains(word, StringComparison.Ordinal);
                return IsNamed(words[0]) && words.Skip(1).Any(w => w is not ("type" or "Sequence") && IsNamed(w));
            });
        }
    }

    private static bool MustRefuse(string folder)
    {
        var path = OracleData.Folder($"tokenizers/{folder}");
        return File.Exists(Path.Combine(path, "facts.json")) && File.ReadAllText(Path.Combine(path, "facts.json")).Contains("must_refuse", StringComparison.Ordinal);
    }

    [SkippableFact]
    public void CodePoints_Classes_AreTheEngines()
    {
        using var json = OracleData.Json("tokenizers/unicode_classes.json");
        foreach (var (key, flag) in new[] { ("letter", CodePointClass.Letter), ("number", CodePointClass.Number), ("space", CodePointClass.Space), ("digits", CodePointClass.Digit) })
        {
            var expected = new HashSet<int>(json.RootElement.GetProperty(key).EnumerateArray().SelectMany(r => Enumerable.Range(r[0].GetInt32(), r[1].GetInt32() - r[0].GetInt32() + 1)));
            Assert.NotEmpty(expected);
            Assert.DoesNotContain(Enumerable.Range(0, UnicodeData.CodePoints), c => expected.Contains(c) != ((CodePoints.Of(c) & flag) != 0));
        }
    }

    private static IEnumerable<string> Compare(HuggingFaceTokenizer tokenizer, JsonElement item, string text)
    {
        var ids = item.Ids();
        if (Differs(ids, tokenizer.Encode(text), out var slip)) yield return $"ids {slip}";
        int[] Or(string key) => item.TryGetProperty(key, out _) ? item.Ids(key) : ids;
        if (Differs(Or("ids_with_special"), tokenizer.Encode(text, addSpecialTokens: true), out slip)) yield return $"with special {slip}";
        if (Differs(Or("ids_special_as_text"), tokenizer.Encode(text, addSpecialTokens: false, splitSpecialTokens: true), out slip)) yield return $"special as text {slip}";
        var decoded = item.TryGetProperty("decoded", out var d) ? d.GetString()! : text;
        if (tokenizer.Decode(ids, skipSpecialTokens: false) is var ours && ours != decoded) yield return $"decodes to {TokenizerOracle.Show(ours)}, not {TokenizerOracle.Show(decoded)}";
        var skipped = item.TryGetProperty("decoded_skip_special", out var s) ? s.GetString()! : decoded;
        if (tokenizer.Decode(ids) is var plain && plain != skipped) yield return $"decodes without special tokens to {TokenizerOracle.Show(plain)}, not {TokenizerOracle.Show(skipped)}";
    }

    private static bool Differs(int[] expected, int[] actual, out string slip)
    {
        slip = "";
        if (expected.AsSpan().SequenceEqual(actual)) return false;
        var at = expected.AsSpan().CommonPrefixLength(actual);
        slip = $"from {at}: [{string.Join(",", actual.Skip(at).Take(6))}], not [{string.Join(",", expected.Skip(at).Take(6))}]";
        return true;
    }
}
