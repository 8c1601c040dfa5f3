using System.IO.Compression;
using System.Text.Json;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;

namespace W2SR.Core.Tests.Tokens;

/// <summary>The reference tokenizers, each loaded once.</summary>
internal static class TokenizerOracle
{
    private static readonly Dictionary<string, HuggingFaceTokenizer> Loaded = [];

    /// <summary>Folders with cases, by name; skips where the oracle is absent.</summary>
    public static IReadOnlyList<string> Names =>
        [.. Directory.EnumerateDirectories(OracleData.Folder("tokenizers")).Where(d => File.Exists(Path.Combine(d, "cases.json"))).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    /// <summary>The bytes of a folder's tokenizer.json, packed or not.</summary>
    public static byte[] Bytes(string name)
    {
        var plain = Path.Combine(OracleData.Folder("tokenizers"), name, "tokenizer.json");
        if (File.Exists(plain)) return File.ReadAllBytes(plain);
        using var packed = new GZipStream(File.OpenRead(plain + ".gz"), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static HuggingFaceTokenizer Load(string name)
    {
        lock (Loaded)
        {
            if (Loaded.TryGetValue(name, out var tokenizer)) return tokenizer;
            var config = Path.Combine(OracleData.Folder("tokenizers"), name, "tokenizer_config.json");
            return Loaded[name] = HuggingFaceTokenizer.Parse(Bytes(name), File.Exists(config) ? File.ReadAllBytes(config) : default, name);
        }
    }

    public static JsonDocument Json(string name, string file) => OracleData.Json($"tokenizers/{name}/{file}");

    public static int[] Ids(this JsonElement item, string key = "ids") => [.. item.GetProperty(key).EnumerateArray().Select(v => v.GetInt32())];

    /// <summary>A text with everything unusual escaped, for messages.</summary>
    public static string Show(string text) => JsonSerializer.Serialize(text.Length > 60 ? text[..60] + "..." : text);
}
