namespace W2SR.Reporting.Traces;

/// <summary>A piece of a response.</summary>
/// <param name="Text">Model text as it stands there, or for a gap how much was left out.</param>
/// <param name="Kind">How it is shown.</param>
public sealed record TextPiece(string Text, TextPieceKind Kind = TextPieceKind.Plain);
