using System.Text.Json.Nodes;

namespace W2SR.Core.Traces;

/// <summary>An answer of <c>/v1/chat/completions</c> with all that traces need of it; several choices when several samples were asked for.</summary>
/// <param name="Choices">In the order of their index.</param>
/// <param name="PromptTokens">Tokens of the prompt, or null.</param>
/// <param name="CompletionTokens">Tokens of all choices together, or null.</param>
internal sealed record ChatCompletion(IReadOnlyList<ChatCompletion.Choice> Choices, long? PromptTokens, long? CompletionTokens)
{
    /// <summary>One sample.</summary>
    internal sealed record Choice
    {
        public required string? Content { get; init; }

        public required string? Reasoning { get; init; }

        public bool HasOldReasoningField { get; init; }

        public required string? FinishReason { get; init; }

        /// <summary>Tokens of this choice alone, by its ids or log-probs; null when the server sent neither.</summary>
        public required int? Tokens { get; init; }

        public required TokenLogProbs? LogProbs { get; init; }
    }

    /// <exception cref="FormatException">No choice with a message.</exception>
    /// <exception cref="InvalidOperationException">A field has another type than it should.</exception>
    /// <exception cref="System.Text.Json.JsonException">Not JSON.</exception>
    public static ChatCompletion Parse(string text)
    {
        if (JsonNode.Parse(text) is not JsonObject root || root["choices"] is not JsonArray { Count: > 0 } choices)
            throw new FormatException("it has no choice with a message");
        var usage = root["usage"] as JsonObject;
        return new ChatCompletion(
            [.. choices.Select((c, i) => (Choice: Read(c), Index: (c!["index"] ?? i).GetValue<int>())).OrderBy(c => c.Index).Select(c => c.Choice)],
            usage?["prompt_tokens"]?.GetValue<long>(), usage?["completion_tokens"]?.GetValue<long>());
    }

    private static Choice Read(JsonNode? node)
    {
        if (node is not JsonObject choice || choice["message"] is not JsonObject message) throw new FormatException("it has no choice with a message");
        var reasoning = message["reasoning"]?.GetValue<string>();
        var older = message["reasoning_content"]?.GetValue<string>();
        var logProbs = choice["logprobs"] is JsonObject l && l["content"] is JsonArray tokens ? new TokenLogProbs(tokens.Select(t => t?["logprob"]?.GetValue<float>() ?? throw new FormatException("a token has no logprob"))) : null;
        return new Choice
        {
            Content = message["content"]?.GetValue<string>(),
            Reasoning = string.IsNullOrEmpty(reasoning) ? older : reasoning,
            HasOldReasoningField = string.IsNullOrEmpty(reasoning) && !string.IsNullOrEmpty(older),
            FinishReason = choice["finish_reason"]?.GetValue<string>(),
            Tokens = (choice["token_ids"] as JsonArray)?.Count ?? logProbs?.Count,
            LogProbs = logProbs,
        };
    }
}
