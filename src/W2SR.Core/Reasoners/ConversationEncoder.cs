using W2SR.Core.Prompts;
using W2SR.Core.Tokens;

namespace W2SR.Core.Reasoners;

/// <summary>Turns a conversation into the tokens that the model reads before it answers.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="render">The chat template: messages, and whether to open the assistant's turn; null for a model without one.</param>
/// <param name="systemMessage">Put first where the conversation has no system turn; null for none.</param>
internal sealed class ConversationEncoder(ITokenizer tokenizer, Func<IReadOnlyList<ChatMessage>, bool, string>? render, string? systemMessage)
{
    /// <summary>True when the model has a chat template.</summary>
    public bool HasTemplate => render is not null;

    /// <summary>Encodes.</summary>
    /// <exception cref="W2SR.Core.Common.W2srFormatException">The template refuses these messages, or is broken.</exception>
    public int[] Encode(IReadOnlyList<ChatMessage> messages)
    {
        if (systemMessage is not null && (messages.Count == 0 || messages[0].Role != "system")) messages = [ChatMessage.System(systemMessage), .. messages];
        // The template writes the special tokens itself; around plain text the tokenizer puts those that it was trained with.
        if (render is not null) return tokenizer.Encode(render(messages, true));
        var text = string.Join("\n", messages.Select(m => m.Content));
        return tokenizer is HuggingFaceTokenizer special ? special.Encode(text, addSpecialTokens: true) : tokenizer.Encode(text);
    }

    /// <summary>The end ids with the one first that the template writes after an assistant's turn: the one to learn and to train with.</summary>
    public IReadOnlyList<int> OrderEndIds(IReadOnlyList<int> endIds)
    {
        if (render is null || endIds.Count < 2) return endIds;
        const string answer = "W2SR answer";
        string text;
        try
        {
            text = render([ChatMessage.User("W2SR question"), ChatMessage.Assistant(answer)], false);
        }
        catch (Common.W2srFormatException)
        {
            return endIds; // a template of another kind of conversation; it is used for prompts all the same
        }
        var at = text.LastIndexOf(answer, StringComparison.Ordinal);
        if (at < 0) return endIds;
        var written = tokenizer.Encode(text[(at + answer.Length)..]).FirstOrDefault(endIds.Contains, -1);
        return written < 0 ? endIds : [written, .. endIds.Where(id => id != written)];
    }
}
