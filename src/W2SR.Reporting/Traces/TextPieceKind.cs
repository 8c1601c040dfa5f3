namespace W2SR.Reporting.Traces;

/// <summary>How a piece of a response is shown.</summary>
public enum TextPieceKind
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>The answer that the verifier read.</summary>
    Answer,

    /// <summary>Words of ours that stand for text left out.</summary>
    Gap,
}
