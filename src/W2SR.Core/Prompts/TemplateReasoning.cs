using System.Text.Json.Nodes;
using W2SR.Core.Common;

namespace W2SR.Core.Prompts;

/// <summary>What a chat template does to reasoning in assistant turns, found by rendering probes.</summary>
/// <param name="KeepsInlineInLastTurn"><c>&lt;think&gt;...&lt;/think&gt;</c> in the content of the last turn reaches the text. If not, training on traces would train on answers alone.</param>
/// <param name="KeepsInlineInHistory">The same for a turn that a user's turn follows; many templates drop it there by design.</param>
/// <param name="KeepsFieldInLastTurn"><c>reasoning_content</c> of the last turn reaches the text.</param>
/// <param name="KeepsFieldInHistory">The same for an earlier turn.</param>
/// <param name="OpensThinking">The generation prompt ends inside an open <c>&lt;think&gt;</c>, so that a response begins with reasoning and has no opening tag of its own.</param>
public sealed record TemplateReasoning(bool KeepsInlineInLastTurn, bool KeepsInlineInHistory, bool KeepsFieldInLastTurn, bool KeepsFieldInHistory, bool OpensThinking)
{
    private const string Mark = "w2srReasoningProbe";

    /// <summary>Whether a trace with <c>&lt;think&gt;</c> in its text loses its reasoning when it is rendered as the last turn.</summary>
    public bool StripsTraces => !KeepsInlineInLastTurn;

    /// <summary>Renders the probes.</summary>
    /// <param name="template">The template.</param>
    /// <param name="options">Variables such as <c>enable_thinking</c> that training will use; null for none.</param>
    /// <exception cref="W2srFormatException">The template fails on a plain question and answer.</exception>
    /// <exception cref="ChatTemplateRaisedException">The template refuses a plain question and answer.</exception>
    public static TemplateReasoning Detect(ChatTemplate template, ChatTemplateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(template);
        options = (options ?? ChatTemplateOptions.Default) with { AddGenerationPrompt = false, ContinueFinalMessage = null };
        var opening = template.Render([ChatMessage.User("q")], options with { AddGenerationPrompt = true }).Text;
        var lastOpen = opening.LastIndexOf("<think>", StringComparison.Ordinal);
        return new TemplateReasoning(
            Keeps(template, options, Inline(), isLast: true),
            Keeps(template, options, Inline(), isLast: false),
            Keeps(template, options, Field(), isLast: true),
            Keeps(template, options, Field(), isLast: false),
            lastOpen > opening.LastIndexOf("</think>", StringComparison.Ordinal));
    }

    private static JsonObject Inline() => new() { ["role"] = "assistant", ["content"] = $"<think>\n{Mark}\n</think>\n\na" };

    private static JsonObject Field() => new() { ["role"] = "assistant", ["content"] = "a", ["reasoning_content"] = Mark };

    private static bool Keeps(ChatTemplate template, ChatTemplateOptions options, JsonObject turn, bool isLast)
    {
        var messages = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "q" }, turn);
        if (!isLast)
            messages.Add((JsonNode)new JsonObject { ["role"] = "user", ["content"] = "q" });
        return template.Render(messages, options).Text.Contains(Mark, StringComparison.Ordinal);
    }
}
