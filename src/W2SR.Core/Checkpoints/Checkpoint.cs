using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary>
/// A model on disk: a Hugging Face folder or a <c>.gguf</c> file. Opening reads and checks the configuration and every header; numbers
/// are read when they are asked for. Owns its files.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private readonly IDisposable files;

    private Checkpoint(string path, CheckpointConfig config, GenerationConfig? generation, IWeightSource weights, IDisposable files, GgufTokenizerData? tokenizer)
    {
        Path = path;
        Config = config;
        // A folder may lack the file; then config.json is all there is to know the end by.
        Generation = generation ?? new GenerationConfig { BosTokenId = config.BosTokenId, EosTokenIds = config.EosTokenIds, PadTokenId = config.PadTokenId };
        Weights = weights;
        this.files = files;
        GgufTokenizer = tokenizer;
        Warnings = Inspect();
    }

    /// <summary>The folder or file.</summary>
    public string Path { get; }

    /// <summary>True for a GGUF file: tokenizer and template are then in <see cref="GgufTokenizer"/>, not in files of their own.</summary>
    public bool IsGguf => Weights is GgufWeights;

    /// <summary>The decoder's configuration.</summary>
    public CheckpointConfig Config { get; }

    /// <summary>End ids and sampling: from <c>generation_config.json</c>, or what the configuration knows of it.</summary>
    public GenerationConfig Generation { get; }

    /// <summary>The weights under Hugging Face's names.</summary>
    public IWeightSource Weights { get; }

    /// <summary>The tokenizer inside a GGUF file; null for a folder, and for a GGUF without one.</summary>
    public GgufTokenizerData? GgufTokenizer { get; }

    /// <summary>What a user should know; empty when there is nothing.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Opens a folder or a GGUF file.</summary>
    /// <param name="path">A folder with <c>config.json</c> and safetensors, or a <c>.gguf</c> file.</param>
    /// <exception cref="W2srFormatException">It is neither, a file is absent or damaged, or the model is one that W2SR cannot run; the message names what and what to do.</exception>
    public static Checkpoint Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path)) return OpenFolder(path);
        if (!File.Exists(path)) throw new W2srFormatException(path, null, "is neither a folder nor a file. Name a Hugging Face model folder, or a .gguf file.");
        if (!path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
            throw new W2srFormatException(path, null, "is a file, but no .gguf. Of a Hugging Face checkpoint, name the folder that holds config.json.");
        return OpenGguf(path);
    }

    /// <summary>Names of the files beside the weights in a folder, in ordinal order; empty for a GGUF file.</summary>
    public IReadOnlyList<string> FileNames => IsGguf ? [] :
        [.. Directory.EnumerateFiles(Path).Select(f => System.IO.Path.GetFileName(f)!).Where(f => !f.EndsWith(".safetensors", StringComparison.Ordinal) && f != ShardIndex.FileName).Order(StringComparer.Ordinal)];

    /// <summary>The bytes of a file beside the weights, such as <c>chat_template.jinja</c>, or null where there is none.</summary>
    /// <param name="name">A plain file name.</param>
    /// <exception cref="ArgumentException">The name leads out of the folder.</exception>
    public ReadOnlyMemory<byte>? ReadFile(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name != System.IO.Path.GetFileName(name) || name is "." or "..") throw new ArgumentException($"'{name}' is no plain file name.", nameof(name));
        var full = System.IO.Path.Combine(Path, name);
        return !IsGguf && File.Exists(full) ? File.ReadAllBytes(full) : null;
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => files.Dispose();

    private static Checkpoint OpenFolder(string path)
    {
        var configPath = System.IO.Path.Combine(path, "config.json");
        if (!File.Exists(configPath)) throw new W2srFormatException(path, null, "holds no config.json. Is it a Hugging Face model folder?");
        var config = HuggingFaceConfigReader.Read(configPath); // before any weight
        var generationPath = System.IO.Path.Combine(path, GenerationConfig.FileName);
        var generation = File.Exists(generationPath) ? GenerationConfig.Read(generationPath) : null;
        var weights = SafetensorsFolder.Open(path);
        return new Checkpoint(path, config, generation, weights, weights, null);
    }

    private static Checkpoint OpenGguf(string path)
    {
        var file = GgufReader.Open(path);
        try
        {
            var config = GgufConfigReader.Read(file);
            return new Checkpoint(path, config, null, new GgufWeights(file, config), file, GgufTokenizerData.Read(file.Metadata));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private List<string> Inspect()
    {
        var warnings = new List<string>(); // a pad id that ends texts is told on writing, where it does harm
        if (Generation.EosTokenIds.Count == 0 && Config.EosTokenIds.Count == 0)
            warnings.Add($"{Path}: names no eos_token_id, so nothing that this model writes ends before its length limit. Add the id to generation_config.json.");
        foreach (var id in Generation.EosTokenIds.Union(Config.EosTokenIds).Where(id => id >= Config.VocabularySize))
            warnings.Add($"{Path}: eos_token_id {id} lies outside the vocabulary of {Config.VocabularySize}, so it never ends a text. Are the files of one checkpoint?");
        return warnings;
    }
}
