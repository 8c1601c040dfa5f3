using System.Text.Json.Nodes;

namespace W2SR.Core.Prompts;

/// <summary>What a chat template is rendered with, besides the messages.</summary>
public sealed record ChatTemplateOptions
{
    /// <summary>The defaults: no generation prompt, no tools, no variables.</summary>
    public static ChatTemplateOptions Default { get; } = new();

    /// <summary>Options that end the text where the assistant is to begin.</summary>
    public static ChatTemplateOptions ForGeneration { get; } = new() { AddGenerationPrompt = true };

    /// <summary>Whether the text ends with the opening of an assistant turn.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>The tools in JSON-schema form; null (the default) is passed to the template as none.</summary>
    public JsonArray? Tools { get; init; }

    /// <summary>Documents for retrieval templates; null (the default) is passed to the template as none.</summary>
    public JsonArray? Documents { get; init; }

    /// <summary>
    /// Further variables, such as <c>["enable_thinking"] = false</c>. They win over the template's special tokens; <c>messages</c>, <c>tools</c>,
    /// <c>documents</c> and <c>add_generation_prompt</c> cannot be set here.
    /// </summary>
    public IReadOnlyDictionary<string, JsonNode?> Variables { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>
    /// The field of the last message to stay open at its end, so that a model continues it: usually <c>content</c>, also <c>reasoning_content</c>.
    /// Null (the default) closes every turn.
    /// </summary>
    public string? ContinueFinalMessage { get; init; }

    /// <summary>What <c>strftime_now</c> asks for the local time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>When a template is stopped.</summary>
    public ChatTemplateLimits Limits { get; init; } = ChatTemplateLimits.Default;

    internal static IReadOnlyList<string> ReservedVariables { get; } = ["messages", "tools", "documents", "add_generation_prompt"];

    /// <exception cref="ArgumentException">A reserved variable, generation and continuation at once, or a limit that is not positive.</exception>
    internal void Validate()
    {
        Limits.Validate();
        foreach (var name in ReservedVariables)
            if (Variables.ContainsKey(name))
                throw new ArgumentException($"Variables holds '{name}', which has an option or an argument of its own.");
        if (AddGenerationPrompt && ContinueFinalMessage is not null)
            throw new ArgumentException("AddGenerationPrompt opens a new turn and ContinueFinalMessage keeps the last one open; choose one.");
    }
}
