using W2SR.Core.Common;

namespace W2SR.Core.Generation;

/// <summary>One token of a running sequence.</summary>
/// <param name="Id">The token.</param>
/// <param name="FinishReason">Why the sequence ends with it; null while it goes on.</param>
public readonly record struct GeneratedToken(int Id, FinishReason? FinishReason);
