using W2SR.Core.Prompts;

namespace W2SR.Core.Handover;

/// <summary>
/// LLaMA-Factory has chat templates of its own, by name, and takes one of another family without a word. This finds the name whose marks are those of
/// the student's own template.
/// </summary>
public static class LlamaFactoryTemplates
{
    private static readonly (string Mark, string[] Names)[] Families =
    [
        ("<|im_start|>", ["qwen", "qwen3_nothink", "qwen3", "chatml"]),
        ("<|start_header_id|>", ["llama3"]),
        ("[INST]", ["mistral"]),
    ];

    /// <summary>The names that this library can check.</summary>
    public static IReadOnlyList<string> Names => [.. Families.SelectMany(f => f.Names)];

    /// <summary>The name for a student: one that neither adds nor takes away reasoning.</summary>
    /// <exception cref="ArgumentException">No known family writes such marks.</exception>
    public static string For(ChatTemplate template)
    {
        var marks = Rendered(template);
        return Families.FirstOrDefault(f => marks.Contains(f.Mark, StringComparison.Ordinal)).Names?[0]
            ?? throw new ArgumentException($"{template.Name}: no template of LLaMA-Factory that this library knows ({string.Join(", ", Names)}) writes such turns: \"{marks}\". Hand over to TRL or verl, which use the model's own template.", nameof(template));
    }

    /// <summary>What is wrong with a name for a student and its responses, or null.</summary>
    internal static string? Fault(string name, ChatTemplate template, bool enablesThinking, int withThinking, int withoutThinking)
    {
        var marks = Rendered(template);
        var family = Families.FirstOrDefault(f => f.Names.Contains(name, StringComparer.Ordinal));
        if (family.Names is null) return $"template {name} is not known to this library ({string.Join(", ", Names)}).";
        if (!marks.Contains(family.Mark, StringComparison.Ordinal))
            return $"template {name} writes {family.Mark}, the student's own template does not (\"{marks}\"): LLaMA-Factory would train on turns that the student never sees.";
        if (name != "qwen3") return null;
        if (!enablesThinking && withThinking > 0) return $"template qwen3 with enable_thinking: false deletes the thinking of {withThinking} responses. Take qwen or qwen3_nothink.";
        return withoutThinking > 0 ? $"template qwen3 puts an empty, supervised <think> before {withoutThinking} responses that have none. Take qwen or qwen3_nothink." : null;
    }

    private static string Rendered(ChatTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return template.Render([ChatMessage.System("s"), ChatMessage.User("q")], ChatTemplateOptions.ForGeneration).Text;
    }
}
