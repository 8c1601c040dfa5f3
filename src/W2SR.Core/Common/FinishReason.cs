namespace W2SR.Core.Common;

/// <summary>Why a generated sequence ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended its turn: an end-of-sequence token or a stop string.</summary>
    Stop,

    /// <summary><see cref="SamplingOptions.MaxNewTokens"/> was reached; the answer may be cut off.</summary>
    Length,

    /// <summary>Prompt and response filled the model's context; the answer may be cut off.</summary>
    ContextLimit,

    /// <summary>An n-gram repeated without end and generation was stopped on request.</summary>
    Repetition,

    /// <summary>A remote teacher withheld the answer.</summary>
    ContentFilter,
}
