using W2SR.Core.Prompts;

namespace W2SR.Core.Handover.Returned;

/// <summary>What the responses of an engine do not say themselves.</summary>
public sealed record ReturnedOptions
{
    /// <summary>Name of the model, for traces and reports.</summary>
    public required string Reasoner { get; init; }

    /// <summary>How the problem was put into the user's turn. Default: the problem alone, as the hand-over does it.</summary>
    public ReasoningPrompt Prompt { get; init; } = ReasoningPrompt.Plain;

    /// <summary>Tokens that the engine generated at most; with <see cref="CountTokens"/> it tells what was cut off. Null when unknown.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>Counts the tokens of a response; null leaves lengths unknown.</summary>
    public Func<string, int>? CountTokens { get; init; }
}
