using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Problems;

namespace W2SR.Core.Handover.Returned;

/// <summary>The choices of one body of <c>/v1/chat/completions</c>.</summary>
internal static class VllmChoices
{
    public static void Add(ResponseCollector collector, Problem problem, JsonElement body)
    {
        var choices = body.GetProperty("choices");
        var usage = body.TryGetProperty("usage", out var found) ? found : default;
        foreach (var choice in choices.EnumerateArray())
        {
            if (choice.ValueKind != JsonValueKind.Object || !choice.TryGetProperty("message", out var message))
            {
                collector.Fail($"problem '{problem.Id}': a choice without a message.");
                continue;
            }
            var text = message.Text("content") ?? "";
            // The field changed its name; older servers send the second.
            var reasoning = message.Text("reasoning") ?? message.Text("reasoning_content");
            var response = string.IsNullOrWhiteSpace(reasoning) ? text
                : text.Length == 0 ? $"<think>\n{reasoning.Trim()}"
                : $"<think>\n{reasoning.Trim()}\n</think>\n\n{text.TrimStart()}";
            // The usage counts all choices together.
            int? tokens = choice.TryGetProperty("token_ids", out var ids) && ids.ValueKind == JsonValueKind.Array ? ids.GetArrayLength()
                : choices.GetArrayLength() == 1 ? (int?)usage.Number("completion_tokens") : null;
            collector.Add(problem, response, Reason(choice.Text("finish_reason")), (int)(usage.Number("prompt_tokens") ?? 0), tokens, (int?)choice.Number("index"));
        }
    }

    private static FinishReason? Reason(string? reason) => reason switch
    {
        "stop" or "tool_calls" => FinishReason.Stop,
        "length" or "abort" => FinishReason.Length,
        "repetition" => FinishReason.Repetition,
        "content_filter" => FinishReason.ContentFilter,
        _ => null,
    };
}
