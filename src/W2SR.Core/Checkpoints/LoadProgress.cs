namespace W2SR.Core.Checkpoints;

/// <summary>How far loading is.</summary>
/// <param name="Tensors">Tensors that were read.</param>
/// <param name="TotalTensors">Tensors to read.</param>
/// <param name="Bytes">Bytes of the files that were read.</param>
/// <param name="TotalBytes">Bytes to read.</param>
public sealed record LoadProgress(int Tensors, int TotalTensors, long Bytes, long TotalBytes);
