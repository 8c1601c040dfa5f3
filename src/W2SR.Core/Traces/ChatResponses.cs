using Microsoft.Extensions.AI;
using W2SR.Core.Common;

namespace W2SR.Core.Traces;

/// <summary>Chat responses as traces.</summary>
/// <param name="reasoner">The teacher's name.</param>
/// <param name="quirks">Told of what is strange.</param>
internal sealed class ChatResponses(string reasoner, ServerQuirks quirks)
{
    /// <summary>The traces of one request.</summary>
    /// <param name="response">What came.</param>
    /// <param name="asked">The samples of one problem that were asked for; fewer may have come, and one that the server broke off is left out.</param>
    /// <param name="sampling">What was asked for.</param>
    /// <param name="wantsLogProbs">Log-probs were asked for.</param>
    /// <exception cref="ChatServerException">Not one sample came whole.</exception>
    public IReadOnlyList<Trace> ToTraces(ChatResponse response, IReadOnlyList<SampleRequest> asked, SamplingOptions sampling, bool wantsLogProbs)
    {
        var problem = asked[0].Problem.Id;
        var completion = response.RawRepresentation as ChatCompletion ?? Plain(response);
        if (completion.Choices.Count < asked.Count) quirks.Note(ServerQuirk.IgnoresN, problem);
        if (completion.Choices.Count > asked.Count) quirks.Note(ServerQuirk.MoreThanAsked, problem);
        if (completion.CompletionTokens is null) quirks.Note(ServerQuirk.NoUsage, problem);
        var whole = asked.Zip(completion.Choices).Where(c => c.Second.FinishReason is not ("abort" or "error")).ToArray();
        if (whole.Length == 0) throw new ChatServerException($"the server broke the answer off ({completion.Choices[0].FinishReason})");
        return [.. whole.Select(c => ToTrace(c.First, c.Second, completion, sampling, wantsLogProbs))];
    }

    private Trace ToTrace(SampleRequest sample, ChatCompletion.Choice choice, ChatCompletion completion, SamplingOptions sampling, bool wantsLogProbs)
    {
        void Note(bool condition, ServerQuirk quirk)
        {
            if (condition) quirks.Note(quirk, sample.Problem.Id);
        }
        var text = choice.Content ?? "";
        var reasoning = choice.Reasoning?.Trim() ?? "";
        var tokens = choice.Tokens ?? (completion.Choices.Count == 1 ? (int?)completion.CompletionTokens : null);
        var finish = Reason(choice.FinishReason, text.Length > 0, tokens, sampling.MaxNewTokens);
        Note(choice.HasOldReasoningField, ServerQuirk.OldReasoningField);
        Note(choice.FinishReason is not ("stop" or "length" or "content_filter" or "repetition"), ServerQuirk.NoFinishReason);
        Note(reasoning.Length > 0 && text.Length == 0 && finish == FinishReason.Stop, ServerQuirk.ThinkingNeverClosed);
        Note(reasoning.Length == 0 && text.IndexOf("</think>", StringComparison.Ordinal) is var close and >= 0
            && text.IndexOf("<think>", 0, close, StringComparison.Ordinal) < 0, ServerQuirk.ThinkingNotOpened);
        Note(tokens is null && completion.CompletionTokens is not null, ServerQuirk.NoCountPerSample);
        Note(wantsLogProbs && choice.LogProbs is null, ServerQuirk.NoLogProbs);
        return new Trace
        {
            ProblemId = sample.Problem.Id,
            SampleIndex = sample.SampleIndex,
            Response = Joined(reasoning, text),
            FinishReason = finish,
            Reasoner = reasoner,
            PromptTokens = (int)Math.Min(int.MaxValue, completion.PromptTokens ?? 0),
            ResponseTokens = tokens ?? 0,
            HasRepetition = finish == FinishReason.Repetition,
            LogProbs = wantsLogProbs ? choice.LogProbs : null,
        };
    }

    /// <summary>Reasoning that came in a field of its own is put back between think tags, where students learn it.</summary>
    private static string Joined(string reasoning, string text) =>
        reasoning.Length == 0 ? text
        : text.Length == 0 ? $"<think>\n{reasoning}" // cut off while it was thinking, or never closed
        : $"<think>\n{reasoning}\n</think>\n\n{text.TrimStart()}";

    /// <summary>Some servers send no reason, or one of their own: then an answer that used up its tokens, or never came, counts as cut off.</summary>
    private static FinishReason Reason(string? reason, bool hasAnswer, int? tokens, int maxNewTokens) => reason switch
    {
        "stop" => FinishReason.Stop,
        "length" => FinishReason.Length,
        "content_filter" => FinishReason.ContentFilter,
        "repetition" => FinishReason.Repetition,
        _ => hasAnswer && (tokens ?? 0) < maxNewTokens ? FinishReason.Stop : FinishReason.Length,
    };

    /// <summary>What other clients give: one sample, its reasoning among the contents.</summary>
    private static ChatCompletion Plain(ChatResponse response)
    {
        var contents = response.Messages.SelectMany(m => m.Contents).ToArray();
        var choice = new ChatCompletion.Choice
        {
            Content = string.Concat(contents.OfType<TextContent>().Select(c => c.Text)),
            Reasoning = string.Concat(contents.OfType<TextReasoningContent>().Select(c => c.Text)),
            FinishReason = response.FinishReason?.Value,
            Tokens = null,
            LogProbs = null,
        };
        return new ChatCompletion([choice], response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount);
    }
}
