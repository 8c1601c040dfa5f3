using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>How the tokens of a batch lie: the rotation of each, and, where several samples share one row, how long each of them is.</summary>
/// <param name="Cosines">Broadcasts to <c>[B, T, h, D]</c>.</param>
/// <param name="Sines">As <paramref name="Cosines"/>.</param>
/// <param name="Segments">Lengths of the samples that are packed into the one row of the batch, in order; null when every row is one sample. Nothing attends across them.</param>
internal sealed record SequenceLayout(Tensor Cosines, Tensor Sines, IReadOnlyList<int>? Segments = null);
