namespace W2SR.Core.Generation;

/// <summary>How much a generator does at once.</summary>
public sealed record GeneratorOptions
{
    /// <summary>Rows that are decoded together at most. Default 512.</summary>
    public int MaxRows { get; init; } = 512;

    /// <summary>Bytes that caches and activations may grow to, beside the weights; fewer rows run together where they could need more (see <see cref="GenerationMemoryPlan"/>). Default 4 GiB.</summary>
    public long MaxBytes { get; init; } = 4L << 30;

    /// <summary>Padded prompt tokens that are read between two decoding steps at most; bounds activations, and how long running rows wait. Default 2048.</summary>
    public int PromptTokensAtOnce { get; init; } = 2048;

    /// <summary>Decodes with libtorch's operators also where kernels of our own would fit; for comparisons.</summary>
    internal bool UsesOperators { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is below 1.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PromptTokensAtOnce, 1);
    }
}
