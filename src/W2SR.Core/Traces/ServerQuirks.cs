using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace W2SR.Core.Traces;

/// <summary>Counts the quirks of servers and names each one in the log, once: thousands of requests share it.</summary>
internal sealed partial class ServerQuirks(ILogger logger)
{
    private readonly ConcurrentDictionary<ServerQuirk, int> counts = [];

    public IReadOnlyDictionary<ServerQuirk, int> Counts => new SortedDictionary<ServerQuirk, int>(counts.ToDictionary());

    public void Note(ServerQuirk quirk, string problem)
    {
        if (counts.AddOrUpdate(quirk, 1, (_, count) => count + 1) == 1) LogQuirk(logger, quirk, problem, Describe(quirk));
    }

    public static string Describe(ServerQuirk quirk) => quirk switch
    {
        ServerQuirk.IgnoresN => "fewer samples came than were asked for in one request: it ignores n, and samples are asked for singly from here on",
        ServerQuirk.MoreThanAsked => "more samples came than were asked for; the surplus is left aside",
        ServerQuirk.ThinkingNeverClosed =>
            "the content is null and all text is reasoning, for want of a </think>; the trace is kept as open thinking. If its answer stands in there, serve without a reasoning parser",
        ServerQuirk.ThinkingNotOpened =>
            "the answer holds </think> without <think>: the chat template opens the thinking and no reasoning parser is at work. Serve with one (--reasoning-parser), or students never see the opening tag",
        ServerQuirk.OldReasoningField => "reasoning comes in reasoning_content, the field of older servers; it is read all the same",
        ServerQuirk.NoFinishReason => "no finish_reason, or an unknown one: cut off or not is concluded from max_tokens",
        ServerQuirk.NoUsage => "no usage: the lengths of prompts are unknown and stand as 0, those of traces too where no token ids came",
        ServerQuirk.NoCountPerSample => "usage is a sum over the samples of a request and no token ids came: the lengths of traces are unknown and stand as 0. Ask for one sample a request to have them",
        ServerQuirk.NoLogProbs => "log-probabilities were asked for and did not come",
        _ => quirk.ToString(),
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Quirk of the server, {Quirk}, first seen with problem {Problem}: {Description}")]
    private static partial void LogQuirk(ILogger logger, ServerQuirk quirk, string problem, string description);
}
