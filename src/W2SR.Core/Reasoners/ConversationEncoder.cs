using W2SR.Core.Prompts;
using W2SR.Core.Tokens;

namespace W2SR.Core.Reasoners;

/// <summary>Turns a conversation into the tokens that the model reads before it answers.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="template">The chat template; null for a model without one.</param>
/// <param name="options">The system turn and the template's further variables.</param>
internal sealed class ConversationEncoder(ITokenizer tokenizer, ChatTemplate? template, LoadOptions options)
{
    private readonly ChatTemplateOptions closed = new() { Variables = options.TemplateVariables };

    /// <summary>The chat template; null for a model without one.</summary>
    public ChatTemplate? Template => template;

    /// <summary>True when the model has a chat template.</summary>
    public bool HasTemplate => template is not null;

    /// <summary>Encodes.</summary>
    /// <exception cref="ChatTemplateRaisedException">The template refuses these messages.</exception>
    /// <exception cref="Common.W2srFormatException">The template fails on them, or exceeds a limit.</exception>
    public int[] Encode(IReadOnlyList<ChatMessage> messages)
    {
        if (options.SystemMessage is { } system && (messages.Count == 0 || messages[0].Role != "system")) messages = [ChatMessage.System(system), .. messages];
        // The template writes the special tokens itself; around plain text the tokenizer puts those that it was trained with.
        if (template is not null) return tokenizer.Encode(template.Render(messages, closed with { AddGenerationPrompt = true }).Text);
        var text = string.Join("\n", messages.Select(m => m.Content));
        return tokenizer is HuggingFaceTokenizer special ? special.Encode(text, addSpecialTokens: true) : tokenizer.Encode(text);
    }

    /// <summary>The end ids with the one first that the template writes after an assistant's turn: the one to learn and to train with.</summary>
    public IReadOnlyList<int> OrderEndIds(IReadOnlyList<int> endIds)
    {
        if (template is null || endIds.Count < 2) return endIds;
        const string answer = "W2SR answer";
        string text;
        try
        {
            text = template.Render([ChatMessage.User("W2SR question"), ChatMessage.Assistant(answer)], closed).Text;
        }
        catch (Exception e) when (e is Common.W2srFormatException or ChatTemplateRaisedException)
        {
            return endIds; // a template of another kind of conversation; it is used for prompts all the same
        }
        var at = text.LastIndexOf(answer, StringComparison.Ordinal);
        if (at < 0) return endIds;
        var written = tokenizer.Encode(text[(at + answer.Length)..]).FirstOrDefault(endIds.Contains, -1);
        return written < 0 ? endIds : [written, .. endIds.Where(id => id != written)];
    }
}
