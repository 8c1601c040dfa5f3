using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using Xunit.Abstractions;

namespace W2SR.Core.Tests.Tokens;

/// <summary>Random corruptions of a small valid tokenizer.json: a working tokenizer or a W2srFormatException, in little time and memory.</summary>
public sealed class TokenizerMutationTests(ITestOutputHelper output)
{
    private const string Text = "hello world 12 e\u0301 😀a <think>x</think><|end|>\n\n  it's";

    private static readonly string[] Snippets =
    [
        "null", "true", "{}", "[]", "\"\"", "-1", "99999999999999999999", "2147483647", "1e400", "0.5", "\\ud800", "\\u0000", "\"\\n\"", ",", ":", "{", "}", "[", "]", "\"", "\\", "BPE", "Unigram", "NFC", "ByteLevel",
        "Sequence", "Split", "Digits", "TemplateProcessing", "\"id\":", "\"vocab\":", "\"merges\":", "\"type\":", "Ġ", "<|end|>", "267", "268", "300",
    ];

    [Fact]
    public void Parse_RandomCorruptions_EndInSuccessOrFormatException()
    {
        var good = TinyTokenizer.Bytes(TinyTokenizer.Json());
        var config = Encoding.UTF8.GetBytes("""{"bos_token": null, "eos_token": {"content": "<|end|>", "special": true}, "pad_token": "<|end|>"}""");
        var rounds = LongChecks.Rounds(1_500, 20_000);
        var (accepted, refused, slowest, largest) = (0, 0, 0.0, 0L);
        for (var seed = 0; seed < rounds; seed++)
        {
            var random = new Random(seed);
            var ofConfig = random.Next(8) == 0;
            var (json, names) = ofConfig ? (good, Corrupt(config, random)) : (random.Next(2) == 0 ? Corrupt(good, random) : Distort(random), config);
            var clock = Stopwatch.StartNew();
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var tokenizer = HuggingFaceTokenizer.Parse(json, names, "mutated");
                foreach (var split in (bool[])[false, true])
                {
                    var ids = tokenizer.Encode(Text, addSpecialTokens: true, split);
                    _ = tokenizer.Decode(ids);
                }
                accepted++;
            }
            catch (W2srFormatException e)
            {
                Assert.StartsWith("mutated/tokenizer", e.Message, StringComparison.Ordinal);
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {e}"));
            }
            slowest = Math.Max(slowest, clock.Elapsed.TotalSeconds);
            largest = Math.Max(largest, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        output.WriteLine($"{rounds:N0} corruptions: {accepted:N0} still work, {refused:N0} refused; at most {slowest * 1e3:F0} ms and {largest / 1e6:F1} MB each (file: {good.Length:N0} bytes)");
        Assert.True(accepted > 0 && refused > 0);
        Assert.True(slowest < 2, $"{slowest:F1} s");
        // All that was ever allocated bounds what was held.
        Assert.True(largest < (64L << 20) + 16L * good.Length, $"{largest:N0} bytes");
    }

    /// <summary>Valid JSON with a few values replaced, taken away or exchanged.</summary>
    private static byte[] Distort(Random random)
    {
        var root = TinyTokenizer.Json();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            JsonNode node = root;
            // Down to a random depth, so that the top of the tree is met as often as the many tokens.
            for (var depth = random.Next(1, 6); depth > 0; depth--)
            {
                var children = node switch { JsonObject o => [.. o.Select(p => p.Value)], JsonArray a => [.. a], _ => new List<JsonNode?>() };
                children.RemoveAll(c => c is null);
                if (children.Count == 0) break;
                node = children[random.Next(children.Count)]!;
            }
            if (node.Parent is null) continue;
            JsonNode? other = random.Next(10) switch
            {
                0 => null,
                1 => new JsonObject(),
                2 => new JsonArray(),
                3 => "",
                4 => random.Next(-3, 400),
                5 => int.MaxValue,
                6 => 1e300,
                7 => random.Next(2) == 0,
                8 => Snippets[random.Next(Snippets.Length)],
                _ => TinyTokenizer.Json()["model"]!["merges"]![random.Next(3)]!.DeepClone(),
            };
            if (node.Parent is JsonObject owner && random.Next(4) == 0) owner.Remove(node.GetPropertyName());
            else node.ReplaceWith(other);
        }
        return TinyTokenizer.Bytes(root);
    }

    private static byte[] Corrupt(byte[] good, Random random)
    {
        var bytes = new List<byte>(good);
        for (var n = random.Next(1, 4); n > 0 && bytes.Count > 2; n--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5: // a snippet in place of a word, so that the JSON often stays whole
                    var end = at;
                    while (end < bytes.Count && char.IsAsciiLetterOrDigit((char)bytes[end])) end++;
                    while (at > 0 && char.IsAsciiLetterOrDigit((char)bytes[at - 1])) at--;
                    bytes.RemoveRange(at, end - at);
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Snippets[random.Next(Snippets.Length)]));
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Snippets[random.Next(Snippets.Length)]));
                    break;
            }
        }
        return [.. bytes];
    }
}
