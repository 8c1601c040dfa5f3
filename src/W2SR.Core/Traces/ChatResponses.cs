using Microsoft.Extensions.AI;
using W2SR.Core.Common;

namespace W2SR.Core.Traces;

/// <summary>Chat responses as traces.</summary>
internal static class ChatResponses
{
    /// <summary>Reasoning that came in a field of its own is put back between think tags, where students learn it.</summary>
    public static Trace ToTrace(ChatResponse response, SampleRequest sample, string reasoner, int maxNewTokens)
    {
        var contents = response.Messages.SelectMany(m => m.Contents).ToArray();
        var reasoning = string.Concat(contents.OfType<TextReasoningContent>().Select(c => c.Text));
        var text = string.Concat(contents.OfType<TextContent>().Select(c => c.Text));
        var tokens = (int)Math.Min(int.MaxValue, response.Usage?.OutputTokenCount ?? 0);
        return new Trace
        {
            ProblemId = sample.Problem.Id,
            SampleIndex = sample.SampleIndex,
            Response = string.IsNullOrWhiteSpace(reasoning) ? text
                : text.Length == 0 ? $"<think>\n{reasoning.Trim()}" // cut off while it was thinking
                : $"<think>\n{reasoning.Trim()}\n</think>\n\n{text.TrimStart()}",
            FinishReason = Reason(response.FinishReason, text.Length > 0, tokens, maxNewTokens),
            Reasoner = reasoner,
            PromptTokens = (int)Math.Min(int.MaxValue, response.Usage?.InputTokenCount ?? 0),
            ResponseTokens = tokens,
        };
    }

    /// <summary>Some servers send no reason, or one of their own: then an answer that used up its tokens, or never came, counts as cut off.</summary>
    private static FinishReason Reason(ChatFinishReason? reason, bool hasAnswer, int tokens, int maxNewTokens)
    {
        if (reason == ChatFinishReason.Stop) return FinishReason.Stop;
        if (reason == ChatFinishReason.Length) return FinishReason.Length;
        if (reason == ChatFinishReason.ContentFilter) return FinishReason.ContentFilter;
        return hasAnswer && tokens < maxNewTokens ? FinishReason.Stop : FinishReason.Length;
    }
}
