using System.Text;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Prompts;
using W2SR.Core.Tokens;

namespace W2SR.Core.Reasoners;

/// <summary>Puts together what a checkpoint is made of: model, tokenizer, chat template and end ids.</summary>
internal static class CheckpointOpener
{
    public static LocalStudent Load(string path, LoadOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        using var checkpoint = Checkpoint.Open(path);
        // Small files first: what they lack is known before gigabytes were read.
        var templates = TemplateFiles(checkpoint);
        var (tokenizer, conversation) = ReadText(checkpoint, options);
        if (tokenizer.VocabularySize > checkpoint.Config.VocabularySize)
            throw new W2srFormatException(path, null, $"the tokenizer has {tokenizer.VocabularySize} ids, the model {checkpoint.Config.VocabularySize}. Are both from the same checkpoint?");
        if (tokenizer.EndIds.Count == 0)
            throw new W2srFormatException(path, null, "names no end of a text: generation_config.json, config.json and tokenizer_config.json have no eos token. Add eos_token_id to generation_config.json.");

        var loaded = ModelLoader.Load(checkpoint, options.Target, progress, cancellationToken);
        try
        {
            var origin = new CheckpointOrigin(checkpoint.Config, checkpoint.Generation, loaded.StorageTypes, templates);
            return new LocalStudent(options.Name ?? NameOf(path), loaded.Model, tokenizer, options, conversation, origin, loaded.Warnings);
        }
        catch
        {
            loaded.Model.Dispose();
            throw;
        }
    }

    /// <summary>What a checkpoint turns text into tokens with, its weights left alone.</summary>
    public static (HuggingFaceTokenizer Tokenizer, ConversationEncoder Conversation) ReadText(Checkpoint checkpoint, LoadOptions options)
    {
        var tokenizer = ReadTokenizer(checkpoint);
        var conversation = new ConversationEncoder(tokenizer, options.UsesChatTemplate ? ChatTemplateReader.Read(checkpoint) : null, options);
        return (tokenizer.WithEndIds(conversation.OrderEndIds(EndIds(checkpoint, tokenizer))), conversation);
    }

    private static HuggingFaceTokenizer ReadTokenizer(Checkpoint checkpoint)
    {
        if (!checkpoint.IsGguf) return HuggingFaceTokenizer.Load(checkpoint.Path);
        if (checkpoint.GgufTokenizer is not { } data)
            throw new W2srFormatException(checkpoint.Path, "tokenizer.ggml.tokens", "is missing: the file holds no tokenizer. Convert the checkpoint again with its tokenizer files beside it.");
        var vocabulary = new GgufVocabulary
        {
            Model = data.Model,
            Pre = data.Pre,
            Tokens = data.Tokens,
            TokenTypes = data.TokenTypes,
            Merges = data.Merges,
            Special = new SpecialTokenIds(data.BosId, data.EosId, data.PadId, data.UnknownId),
            EndOfTurnId = data.EndOfTurnId,
            AddsBos = data.AddsBos,
            AddsEos = data.AddsEos ?? false,
        };
        return HuggingFaceTokenizer.FromGguf(vocabulary, checkpoint.Path);
    }

    /// <summary>Every id that ends a text: those of the generation configuration (or else of the configuration), and those the tokenizer names.</summary>
    private static IReadOnlyList<int> EndIds(Checkpoint checkpoint, HuggingFaceTokenizer tokenizer)
    {
        IEnumerable<int> stated = checkpoint.Generation.EosTokenIds.Count > 0 ? checkpoint.Generation.EosTokenIds : checkpoint.Config.EosTokenIds;
        // An id beyond the vocabulary can never be written; the checkpoint's warnings name it.
        return [.. stated.Concat(checkpoint.GgufTokenizer?.EndIds ?? []).Concat(tokenizer.EndIds).Where(id => id >= 0 && id < tokenizer.VocabularySize).Distinct()];
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> TemplateFiles(Checkpoint checkpoint)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        if (checkpoint.GgufTokenizer?.ChatTemplate is { } inside) files[ChatTemplateFiles.TemplateFile] = Encoding.UTF8.GetBytes(inside);
        foreach (var name in (string[])[ChatTemplateFiles.TemplateFile, ChatTemplateFiles.OlderTemplateFile])
            if (checkpoint.ReadFile(name) is { } bytes) files[name] = bytes;
        var named = Path.Combine(checkpoint.Path, ChatTemplateFiles.NamedTemplateFolder);
        if (!checkpoint.IsGguf && Directory.Exists(named))
            foreach (var path in Directory.EnumerateFiles(named, "*.jinja").Order(StringComparer.Ordinal))
                files[Path.Combine(ChatTemplateFiles.NamedTemplateFolder, Path.GetFileName(path))] = File.ReadAllBytes(path);
        return files;
    }

    private static string NameOf(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var name = Directory.Exists(full) ? Path.GetFileName(full) : Path.GetFileNameWithoutExtension(full);
        return name.Length > 0 ? name : "model";
    }
}
