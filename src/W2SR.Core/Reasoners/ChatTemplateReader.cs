using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Prompts;

namespace W2SR.Core.Reasoners;

/// <summary>Finds a checkpoint's chat template: by <see cref="ChatTemplateFiles"/> in a folder, or inside a GGUF file.</summary>
internal static class ChatTemplateReader
{
    /// <summary>The template, or null where the checkpoint has none (a base model).</summary>
    /// <exception cref="W2srFormatException">A file is damaged, or the template is none.</exception>
    public static ChatTemplate? Read(Checkpoint checkpoint)
    {
        if (!checkpoint.IsGguf) return ChatTemplateFiles.Read(checkpoint.Path, checkpoint.ReadFile);
        return checkpoint.GgufTokenizer is { ChatTemplate: { } inside } data ? ChatTemplate.Parse(inside, $"{checkpoint.Path}: tokenizer.chat_template", SpecialTokens(data)) : null;
    }

    private static Dictionary<string, string> SpecialTokens(GgufTokenizerData data)
    {
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, id) in new[] { ("bos_token", data.BosId), ("eos_token", data.EosId), ("pad_token", data.PadId), ("unk_token", data.UnknownId) })
            if (id is { } known) tokens[name] = data.Tokens[known];
        return tokens;
    }
}
