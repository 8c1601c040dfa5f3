using Microsoft.Extensions.AI;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using AiMessage = Microsoft.Extensions.AI.ChatMessage;

namespace W2SR.Core.Traces;

/// <summary>Problems and sampling options as a chat server is asked for them.</summary>
internal sealed class ChatRequests(ReasoningPrompt prompt, ChatClientTeacherOptions options)
{
    public AiMessage[] Messages(Problem problem)
    {
        AiMessage user = new(ChatRole.User, prompt.Render(problem));
        return options.SystemMessage is { } system ? [new(ChatRole.System, system), user] : [user];
    }

    /// <param name="asked">Consecutive samples of one problem.</param>
    /// <param name="sampling">How to draw.</param>
    public ChatOptions Options(IReadOnlyList<SampleRequest> asked, SamplingOptions sampling)
    {
        var every = options.SendsEveryKey;
        var extra = new AdditionalPropertiesDictionary();
        if (asked.Count > 1) extra["n"] = asked.Count;
        if (every || sampling.MinP > 0) extra["min_p"] = sampling.MinP;
        if (every || sampling.RepetitionPenalty != 1) extra["repetition_penalty"] = sampling.RepetitionPenalty;
        if (every)
        {
            extra["max_completion_tokens"] = sampling.MaxNewTokens; // goes before max_tokens, which older servers read
            extra["return_token_ids"] = true; // the only count for each sample of several
            extra["stream"] = false;
        }
        if (options.WithLogProbs) (extra["logprobs"], extra["top_logprobs"]) = (true, 0);
        return new ChatOptions
        {
            Temperature = (float)sampling.Temperature,
            TopP = every || sampling.TopP < 1 ? (float)sampling.TopP : null,
            TopK = sampling.TopK > 0 ? sampling.TopK : every ? -1 : null,
            MaxOutputTokens = sampling.MaxNewTokens,
            Seed = SampleBatches.Seed(sampling.Seed, asked[0].Problem, asked[0].SampleIndex),
            StopSequences = sampling.StopStrings.Count > 0 ? [.. sampling.StopStrings] : null,
            AdditionalProperties = extra.Count > 0 ? extra : null,
        };
    }
}
