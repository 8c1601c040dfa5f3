namespace W2SR.Core.Verification.Rewards;

/// <summary>1 for a response in the asked form, else 0: think tags first, and exactly one box.</summary>
public sealed class FormatReward : IReward
{
    /// <inheritdoc/>
    public string Name => "format";

    /// <summary>The response begins with <c>&lt;think&gt;</c>, closes it, and opens no second one. As TRL's <c>think_format_reward</c>. Default true.</summary>
    public bool RequireThinkTags { get; init; } = true;

    /// <summary>Exactly one <c>\boxed</c> that closes and is not empty, after the thinking when there are tags. Default true.</summary>
    public bool RequireOneBox { get; init; } = true;

    /// <inheritdoc/>
    public double? Score(RewardInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return (!RequireThinkTags || HasThinkTags(input.Response)) && (!RequireOneBox || HasOneBox(input.Response)) ? 1 : 0;
    }

    private static bool HasThinkTags(string response)
    {
        const string open = "<think>";
        return response.StartsWith(open, StringComparison.Ordinal)
            && response.IndexOf(open, open.Length, StringComparison.Ordinal) < 0
            && response.IndexOf("</think>", open.Length, StringComparison.Ordinal) >= 0;
    }

    private static bool HasOneBox(string response)
    {
        const string box = @"\boxed";
        var first = response.IndexOf(box, StringComparison.Ordinal);
        if (first < 0 || response.IndexOf(box, first + box.Length, StringComparison.Ordinal) >= 0) return false;
        var thought = response.LastIndexOf("</think>", StringComparison.Ordinal);
        return first > thought && AnswerExtractor.Extract(response) is { Rule: ExtractionRule.Boxed, Text: not null };
    }
}
