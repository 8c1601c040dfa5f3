using System.Text.Json.Serialization;
using W2SR.Core.Common;
using W2SR.Core.Common.Display;

namespace W2SR.Core.Traces;

/// <summary>One response of a reasoner to one problem: the chain of thought with its answer, right or wrong.</summary>
[TypeFormatterSource(typeof(DisplaySource<Trace, TraceDisplay>))]
public sealed record Trace
{
    /// <summary>Version of the line's form in a trace file; a line without one has the first.</summary>
    [JsonInclude, JsonPropertyName("schema"), JsonPropertyOrder(-1)]
    internal int Schema { get; init; } = TraceStore.SchemaVersion;

    /// <summary>Which problem, by its id.</summary>
    public required string ProblemId { get; init; }

    /// <summary>Which of the problem's samples, from 0.</summary>
    public required int SampleIndex { get; init; }

    /// <summary>Everything the model wrote after the prompt, thinking included, special tokens left out.</summary>
    public required string Response { get; init; }

    /// <summary>Why it ended.</summary>
    public required FinishReason FinishReason { get; init; }

    /// <summary>Who wrote it (<see cref="IReasoner.Name"/>).</summary>
    public string Reasoner { get; init; } = "";

    /// <summary>Tokens of the prompt; 0 when unknown.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Tokens of the response, the end token counted; 0 when unknown.</summary>
    public int ResponseTokens { get; init; }

    /// <summary>True when the response went round in a loop: an n-gram of up to 64 tokens, at least four times and over at least 64 tokens.</summary>
    public bool HasRepetition { get; init; }

    /// <summary>
    /// Log-probability of each token of the response, when they were asked for (<see cref="ChatClientTeacherOptions.WithLogProbs"/>); else null. Of which distribution is
    /// the server's affair: vLLM gives the model's own, before temperature and filters.
    /// </summary>
    public TokenLogProbs? LogProbs { get; init; }

    /// <summary>True when the response was cut off rather than ended by the model.</summary>
    [JsonIgnore]
    public bool IsTruncated => FinishReason is FinishReason.Length or FinishReason.ContextLimit or FinishReason.Repetition;
}
