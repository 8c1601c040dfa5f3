using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using W2SR.Core.Tokens;
using Normalizer = Microsoft.ML.Tokenizers.Normalizer;

namespace W2SR.Core.Benchmarks.Tokens;

/// <summary>A real tokenizer in both libraries, and texts: problems and solutions of the MATH data set.</summary>
internal sealed class TokenizerWork
{
    private TokenizerWork(string name)
    {
        var json = Unpacked(Path.Combine(Shared("W2SR_ORACLES", "oracles"), "tokenizers", name, "tokenizer.json"));
        Ours = HuggingFaceTokenizer.Parse(json, name: name);
        Texts = [.. Lines(Path.Combine(Shared("W2SR_DATA", "data"), "math", "train.jsonl"))];
        (Pairs, Tiktoken) = Others(json);
    }

    public HuggingFaceTokenizer Ours { get; }

    /// <summary>Their byte-pair tokenizer with the same vocabulary, merges and pattern.</summary>
    public BpeTokenizer Pairs { get; }

    /// <summary>Their tiktoken form, which has no merges: for vocabularies whose ids are ranks.</summary>
    public TiktokenTokenizer Tiktoken { get; }

    public IReadOnlyList<string> Texts { get; }

    /// <exception cref="FileNotFoundException">The oracle or the data set is not there.</exception>
    public static TokenizerWork Load(string name) => new(name);

    public long EncodeOurs()
    {
        var count = 0L;
        foreach (var text in Texts) count += Ours.Encode(text).Length;
        return count;
    }

    public long EncodePairs()
    {
        var count = 0L;
        foreach (var text in Texts) count += Pairs.EncodeToIds(text).Count;
        return count;
    }

    public long EncodeTiktoken()
    {
        var count = 0L;
        foreach (var text in Texts) count += Tiktoken.EncodeToIds(text).Count;
        return count;
    }

    private static (BpeTokenizer, TiktokenTokenizer) Others(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var vocabulary = root.GetProperty("model").GetProperty("vocab").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32());
        var merges = root.GetProperty("model").GetProperty("merges").EnumerateArray().Select(m => m.ValueKind == JsonValueKind.String ? m.GetString()! : $"{m[0].GetString()} {m[1].GetString()}").ToList();
        var added = root.GetProperty("added_tokens").EnumerateArray().ToDictionary(a => a.GetProperty("content").GetString()!, a => a.GetProperty("id").GetInt32());
        var pattern = root.GetProperty("pre_tokenizer").GetProperty("pretokenizers")[0].GetProperty("pattern").GetProperty("Regex").GetString()!;
        Normalizer? nfc = root.GetProperty("normalizer").ValueKind == JsonValueKind.Null ? null : new CanonicalForm();
        var words = new RegexPreTokenizer(new Regex(pattern, RegexOptions.Compiled), added);
        var pairs = BpeTokenizer.Create(new BpeOptions(vocabulary) { Merges = merges, ByteLevel = true, SpecialTokens = added, PreTokenizer = words, Normalizer = nfc });
        static bool IsPrintable(int b) => b is >= 33 and <= 126 or >= 161 and <= 172 or >= 174;
        var bytes = new Dictionary<char, byte>();
        var next = (char)256;
        for (var b = 0; b < 256; b++) bytes[IsPrintable(b) ? (char)b : next++] = (byte)b;
        var ranks = vocabulary.OrderBy(p => p.Value).Select(p => $"{Convert.ToBase64String([.. p.Key.Select(c => bytes[c])])} {p.Value}");
        using var lines = new MemoryStream(Encoding.ASCII.GetBytes(string.Join('\n', ranks)));
        return (pairs, TiktokenTokenizer.Create(lines, words, nfc, added));
    }

    private static byte[] Unpacked(string path)
    {
        if (File.Exists(path)) return File.ReadAllBytes(path);
        using var packed = new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static IEnumerable<string> Lines(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            using var item = JsonDocument.Parse(line);
            yield return item.RootElement.GetProperty("problem").GetString()!;
            yield return item.RootElement.GetProperty("solution").GetString()!;
        }
    }

    internal static string Shared(string variable, string folder)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set) return set;
        for (var at = Path.GetDirectoryName(Here()); at is not null; at = Path.GetDirectoryName(at))
            if (Directory.Exists(Path.Combine(at, "shared", folder))) return Path.Combine(at, "shared", folder);
        throw new FileNotFoundException($"No shared/{folder} beside the repository; set {variable}.");
    }

    private static string Here([CallerFilePath] string path = "") => path.StartsWith("/_/", StringComparison.Ordinal) ? AppContext.BaseDirectory : path;

    // The benchmark's texts are in NFC already; what is measured is the pass over them.
    private sealed class CanonicalForm : Normalizer
    {
        public override string Normalize(string original) => original.Normalize(NormalizationForm.FormC);

        public override string Normalize(ReadOnlySpan<char> original) => original.ToString().Normalize(NormalizationForm.FormC);
    }
}
