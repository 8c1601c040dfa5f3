using W2SR.Core.Common;

namespace W2SR.Core.Reasoners;

/// <summary>A part of a response that is being written.</summary>
/// <param name="Text">The text that became certain; empty while a character is incomplete.</param>
/// <param name="Tokens">Tokens so far, the end token counted.</param>
/// <param name="FinishReason">Why the response ends here; null while it goes on.</param>
public readonly record struct ResponsePiece(string Text, int Tokens, FinishReason? FinishReason);
