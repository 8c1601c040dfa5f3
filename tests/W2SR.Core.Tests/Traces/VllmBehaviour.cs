namespace W2SR.Core.Tests.Traces;

/// <summary>How a <see cref="VllmDouble"/> differs from a server that is set up well.</summary>
internal sealed record VllmBehaviour
{
    public string Model { get; init; } = "teacher";

    public string? Key { get; init; }

    /// <summary>Words of prompt and response together.</summary>
    public int ContextLength { get; init; } = 4000;

    public bool HasParser { get; init; } = true;

    public bool UsesOldReasoningField { get; init; }

    /// <summary>Every third answer never writes &lt;/think&gt;.</summary>
    public bool ForgetsToCloseThinking { get; init; }

    public bool IgnoresN { get; init; }

    public bool SendsFinishReason { get; init; } = true;

    public bool SendsUsage { get; init; } = true;

    public bool SendsTokenIds { get; init; } = true;

    public bool SendsLogProbs { get; init; } = true;

    public bool SameTextForAll { get; init; }

    public bool HasTokenize { get; init; } = true;

    public bool TemplateStripsThoughts { get; init; }

    public bool TemplateOpensThinking { get; init; }

    public bool TemplateClosesThinking { get; init; }

    public bool TemplateAddsSystem { get; init; }
}
