namespace W2SR.Core.Models;

/// <summary>One column of a <see cref="PanelDecoder{T}"/>'s pass.</summary>
/// <param name="Id">The token.</param>
/// <param name="Row">The cache's row that it belongs to.</param>
/// <param name="Position">Its place in the sequence, from 0.</param>
/// <param name="IsWanted">Whether its logits are asked for.</param>
internal readonly record struct PanelToken(int Id, int Row, int Position, bool IsWanted);
