namespace W2SR.Core.Checkpoints;

/// <summary>One tensor as a checkpoint's header lists it.</summary>
public sealed class CheckpointTensor
{
    internal CheckpointTensor(string name, string storageType, long[] shape, long offset, long byteCount) =>
        (Name, StorageType, Shape, Offset, ByteCount) = (name, storageType, shape, offset, byteCount);

    /// <summary>Its name, as Hugging Face spells it.</summary>
    public string Name { get; }

    /// <summary>How its numbers are stored, in the format's own words: <c>F32</c>, <c>BF16</c>, <c>I64</c>, <c>Q4_K</c>.</summary>
    public string StorageType { get; }

    /// <summary>Its shape, rows first, as PyTorch has it.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Bytes in the file.</summary>
    public long ByteCount { get; }

    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>First byte, from the beginning of the file.</summary>
    internal long Offset { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {StorageType} [{string.Join(", ", Shape)}]";
}
