using W2SR.Core.Common;

namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>The bytes of a tokenizer's files, kept so that a saved model has them unchanged.</summary>
internal sealed class TokenizerFiles
{
    private const string Main = "tokenizer.json", Configuration = "tokenizer_config.json", SpecialTokensMap = "special_tokens_map.json";

    // Read by others beside tokenizer.json; we only carry them along.
    private static readonly string[] Companions = [Configuration, SpecialTokensMap, "added_tokens.json", "vocab.json", "merges.txt"];

    private readonly Dictionary<string, ReadOnlyMemory<byte>> contents = [];
    private readonly string folder;

    private TokenizerFiles(string folder) => this.folder = folder;

    public ReadOnlyMemory<byte> Tokenizer => contents[Main];

    public string TokenizerPath => Path.Combine(folder, Main);

    public static TokenizerFiles Read(string path)
    {
        var main = Directory.Exists(path) ? Path.Combine(path, Main) : path;
        if (!File.Exists(main))
            throw new W2srFormatException(main, null, Directory.Exists(path)
                ? "the folder has no tokenizer.json. A model with only vocab.json and merges.txt, or tokenizer.model, has to be saved with a fast tokenizer first."
                : "the file does not exist.");
        var files = new TokenizerFiles(Path.GetDirectoryName(main)!);
        files.contents[Main] = File.ReadAllBytes(main);
        foreach (var name in Companions)
            if (Path.Combine(files.folder, name) is var companion && File.Exists(companion))
                files.contents[name] = File.ReadAllBytes(companion);
        return files;
    }

    public static TokenizerFiles InMemory(ReadOnlyMemory<byte> tokenizer, ReadOnlyMemory<byte> configuration, string name)
    {
        var files = new TokenizerFiles(name) { contents = { [Main] = tokenizer } };
        if (!configuration.IsEmpty) files.contents[Configuration] = configuration;
        return files;
    }

    /// <summary>Names of special tokens: the configuration's, and where it has none those of the older map.</summary>
    public SpecialTokenNames SpecialTokens()
    {
        SpecialTokenNames Names(string file) => contents.TryGetValue(file, out var bytes) ? SpecialTokenNames.Read(bytes, Path.Combine(folder, file)) : SpecialTokenNames.None;
        return Names(Configuration).Or(Names(SpecialTokensMap));
    }

    public void Write(string target)
    {
        Directory.CreateDirectory(target);
        foreach (var (name, bytes) in contents) AtomicFile.Write(Path.Combine(target, name), stream => stream.Write(bytes.Span));
    }
}
