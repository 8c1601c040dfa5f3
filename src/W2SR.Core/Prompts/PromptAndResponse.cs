using System.Text.Json.Nodes;
using W2SR.Core.Common;

namespace W2SR.Core.Prompts;

/// <summary>A conversation that ends with the assistant, cut where the assistant begins: what a model is given, and what it is to write.</summary>
/// <param name="Prompt">The text up to and with the opening of the assistant's last turn, exactly as it is at generation.</param>
/// <param name="Response">The rest: the last turn with whatever closes it.</param>
/// <remarks>Fine-tuning on the response is sound only when training sees the prompt that generation will see; that is what is checked here.</remarks>
public sealed record PromptAndResponse(string Prompt, string Response)
{
    private const int Shown = 40;

    /// <summary>The whole text.</summary>
    public string Text => Prompt + Response;

    /// <summary>Renders a conversation whose last message is the assistant's.</summary>
    /// <exception cref="ArgumentException">The last message is not the assistant's.</exception>
    /// <exception cref="W2srFormatException">
    /// The text for generation is no beginning of the text for training, as with templates that open <c>&lt;think&gt;</c> for generation and strip it from turns; or the template fails.
    /// </exception>
    /// <exception cref="ChatTemplateRaisedException">The template refuses the conversation.</exception>
    public static PromptAndResponse Render(ChatTemplate template, IReadOnlyList<ChatMessage> messages, ChatTemplateOptions? options = null) =>
        Render(template, ChatJson.FromMessages(messages), options);

    /// <inheritdoc cref="Render(ChatTemplate, IReadOnlyList{ChatMessage}, ChatTemplateOptions?)"/>
    public static PromptAndResponse Render(ChatTemplate template, JsonArray messages, ChatTemplateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0 || messages[^1] is not JsonObject last || last["role"]?.ToString() != "assistant")
            throw new ArgumentException("The last message must be the assistant's: it is the response.", nameof(messages));
        options = (options ?? ChatTemplateOptions.Default) with { AddGenerationPrompt = false, ContinueFinalMessage = null };
        var whole = template.Render(messages, options).Text;
        var before = new JsonArray([.. messages.Take(messages.Count - 1).Select(m => m?.DeepClone())]);
        var prompt = template.Render(before, options with { AddGenerationPrompt = true }).Text;
        if (whole.StartsWith(prompt, StringComparison.Ordinal))
            return new PromptAndResponse(prompt, whole[prompt.Length..]);
        var shared = prompt.AsSpan().CommonPrefixLength(whole);
        throw new W2srFormatException(template.Name, null,
            $"the prompt for generation is no beginning of the training text; from character {shared} on the one has {Show(prompt, shared)}, the other {Show(whole, shared)}. "
            + "Does the template strip or add reasoning? Use its training variant, or put the text of the response behind the generation prompt yourself.");
    }

    private static string Show(string text, int start) => $"\"{text.AsSpan(start, Math.Min(Shown, text.Length - start))}\"";
}
