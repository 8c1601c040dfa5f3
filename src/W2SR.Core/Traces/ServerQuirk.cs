namespace W2SR.Core.Traces;

/// <summary>Something in a chat server's answer that a user of its traces should know of. The traces are kept in each case.</summary>
public enum ServerQuirk
{
    /// <summary>Fewer samples came than were asked for in one request: the server ignores <c>n</c>. The rest are asked for singly.</summary>
    IgnoresN,

    /// <summary>More samples came than were asked for; the surplus was left aside.</summary>
    MoreThanAsked,

    /// <summary>Thinking never closed: the server's reasoning parser put the whole answer into the reasoning, its final answer too.</summary>
    ThinkingNeverClosed,

    /// <summary>An answer closes thinking that it did not open: the chat template wrote the opening tag, and no reasoning parser took the thinking apart.</summary>
    ThinkingNotOpened,

    /// <summary>Reasoning came in <c>reasoning_content</c>, the field of older servers.</summary>
    OldReasoningField,

    /// <summary>No reason why an answer ended, or one that is not known; it was concluded from the answer's length.</summary>
    NoFinishReason,

    /// <summary>No token counts.</summary>
    NoUsage,

    /// <summary>Token counts of several samples together, none for each: the lengths of their traces are unknown.</summary>
    NoCountPerSample,

    /// <summary>Log-probabilities were asked for and did not come.</summary>
    NoLogProbs,
}
