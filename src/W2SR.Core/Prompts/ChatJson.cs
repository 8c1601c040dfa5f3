using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Prompts.Jinja;

namespace W2SR.Core.Prompts;

/// <summary>What transformers does to messages before a template sees them, and to the text of a turn that stays open.</summary>
internal static class ChatJson
{
    private const string ContinuationTag = "CONTINUE_FINAL_MESSAGE_TAG ";
    private static readonly string[] ReasoningKeys = ["reasoning_content", "thinking", "reasoning"];

    public static JsonArray FromMessages(IReadOnlyList<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var array = new JsonArray();
        foreach (var message in messages)
            array.Add((JsonNode)new JsonObject { ["role"] = message.Role, ["content"] = message.Content });
        return array;
    }

    /// <summary>A copy with null keys dropped, reasoning under both of its names, and the tag where the last message is to stay open.</summary>
    public static JsonArray Prepare(JsonArray messages, string? continueField)
    {
        var prepared = new JsonArray();
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i] is not JsonObject message)
                throw new ArgumentException($"messages[{i}] is no JSON object.", nameof(messages));
            var copy = new JsonObject();
            foreach (var (key, value) in message)
                if (value is not null)
                    copy[key] = value.DeepClone();
            if (continueField is not null && i == messages.Count - 1)
                AppendTag(copy, continueField);
            AliasReasoning(copy);
            prepared.Add((JsonNode)copy);
        }
        if (continueField is not null && messages.Count == 0)
            throw new ArgumentException("ContinueFinalMessage needs a message to continue.", nameof(messages));
        return prepared;
    }

    private static void AliasReasoning(JsonObject message)
    {
        if (ReasoningKeys.Select(k => message[k]).FirstOrDefault(v => v is not null) is not { } reasoning)
            return;
        var copy = reasoning.DeepClone();
        message["reasoning_content"] = reasoning.DeepClone();
        if (message["thinking"] is null)
            message["thinking"] = copy;
    }

    private static void AppendTag(JsonObject message, string field)
    {
        switch (message[field])
        {
            case JsonArray parts when parts.LastOrDefault(p => p is JsonObject o && o["text"] is not null) is JsonObject part:
                part["text"] = part["text"]!.GetValue<string>() + ContinuationTag;
                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                message[field] = text + ContinuationTag;
                break;
            default:
                throw new ArgumentException($"The last message has no text in '{field}' to continue.", nameof(message));
        }
    }

    public static string CutAtContinuation(string templateName, string text)
    {
        var tag = ContinuationTag.TrimEnd();
        var found = text.LastIndexOf(tag, StringComparison.Ordinal);
        if (found < 0)
            throw new W2srFormatException(templateName, null, "the template does not write the end of the last message, so it cannot be continued.");
        return string.CompareOrdinal(text, found, ContinuationTag, 0, ContinuationTag.Length) == 0 ? text[..found] : PyText.TrimEnd(text[..found]);
    }
}
