namespace W2SR.Core.Handover;

/// <summary>Supervised fine-tuning on traces, as the engines are told to do it.</summary>
public sealed record SftRecipe
{
    /// <summary>The paper's: full fine-tuning, 4096 tokens, batches of 128, cosine with 10% warmup (arXiv:2505.20072, section 4.1), on 8 GPUs.</summary>
    public static SftRecipe Paper { get; } = new();

    /// <summary>Tokens of a sample at most, prompt included; longer ones are left out and counted. Default 4096.</summary>
    public int MaxLength { get; init; } = 4096;

    /// <summary>Samples of one optimizer step over all processes. Default 128.</summary>
    public int GlobalBatch { get; init; } = 128;

    /// <summary>Samples that one process takes at once. Default 2; verl's own micro batch goes by tokens.</summary>
    public int PerDeviceBatch { get; init; } = 2;

    /// <summary>Processes, one a GPU. Default 8.</summary>
    public int Processes { get; init; } = 8;

    /// <summary>Peak learning rate. Default 1e-5; the paper also has 2e-5.</summary>
    public double LearningRate { get; init; } = 1e-5;

    /// <summary>Passes over the data. Default 5; the paper goes to 10.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>Share of the steps in which the learning rate rises. Default 0.1.</summary>
    public double WarmupRatio { get; init; } = 0.1;

    /// <summary>Seed of shuffling. Default 42, as the engines have it.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Batches of one process that make an optimizer step.</summary>
    public int Accumulation => GlobalBatch / (PerDeviceBatch * Processes);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range, or the global batch cannot be made of whole batches.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLength, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(GlobalBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PerDeviceBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Processes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Seed);
        if (!(LearningRate is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "It must lie above 0 and at most at 1.");
        if (!(WarmupRatio is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(WarmupRatio), WarmupRatio, "It must lie between 0 and 1.");
        if (GlobalBatch % (PerDeviceBatch * Processes) != 0)
            throw new ArgumentException($"A global batch of {GlobalBatch} cannot be made of {Processes} processes with {PerDeviceBatch} samples each: {PerDeviceBatch * Processes} does not divide it. Change one of the three.");
    }
}
