using W2SR.Core.Models;

namespace W2SR.Core.Training;

/// <summary>Supervised fine-tuning. The defaults are the paper's recipe (arXiv:2505.20072, section 3 and its appendix).</summary>
public sealed record SftOptions
{
    /// <summary>The paper's recipe: learning rate 1e-5, 5 epochs, batch 128, cosine with 10% warm-up, responses cut off at 4096 tokens.</summary>
    public static SftOptions Paper { get; } = new();

    /// <summary>Low-rank adapters on every matrix of a block: rank 16, alpha 32, learning rate 2e-4, and 2 epochs only, since stronger adapters are known to forget how to stop.</summary>
    public static SftOptions Lora { get; } = new() { LearningRate = 2e-4, Epochs = 2, Adapter = new LoraConfig() };

    /// <summary>Highest learning rate. Default 1e-5 (paper: 1e-5 to 2e-5).</summary>
    public double LearningRate { get; init; } = 1e-5;

    /// <summary>Passes over the traces. Default 5 (paper: 5 to 10).</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>Sequences of one optimizer step. Default 128 (paper).</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>How the learning rate changes. Default: cosine to zero (paper).</summary>
    public LearningRateSchedule.Kind Schedule { get; init; } = LearningRateSchedule.Kind.Cosine;

    /// <summary>Share of the steps over which the rate rises from zero. Default 0.1 (paper).</summary>
    public double WarmupRatio { get; init; } = 0.1;

    /// <summary>Sequences longer than this many tokens, or than the model's context, are over-long. Default 4096 (paper).</summary>
    public int MaxLength { get; init; } = 4096;

    /// <summary>What becomes of over-long sequences. Default: left out, and counted.</summary>
    public OverLong OverLong { get; init; } = OverLong.Drop;

    /// <summary>How it is computed: micro-batches, packing, checkpointing, type. Changes time and memory, not the result.</summary>
    public SftComputeOptions Compute { get; init; } = new();

    /// <summary>What is minimised. Default: likelihood (paper).</summary>
    public SftLoss Loss { get; init; } = SftLoss.Likelihood;

    /// <summary>The optimizer.</summary>
    public AdamWOptions Optimizer { get; init; } = new();

    /// <summary>Gradients are scaled down to this norm. Default 1 (transformers).</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Seed of the order of the traces.</summary>
    public ulong Seed { get; init; }

    /// <summary>Trains a fresh adapter of this kind, the base frozen. Null, the default: the adapter that is attached, or else every weight.</summary>
    public LoraConfig? Adapter { get; init; }

    /// <summary>What is measured on held-out data. Default: nothing, unless the trainer is given validation data.</summary>
    public ValidationOptions Validation { get; init; } = new();

    /// <summary>Where to keep what is needed to resume; null, the default, for nowhere.</summary>
    public TrainingStateOptions? State { get; init; }

    /// <summary>A JSON Lines file with one line for each step; null, the default, for none.</summary>
    public string? MetricsFile { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        if (!(LearningRate > 0 && LearningRate < 1)) throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "It must lie between 0 and 1.");
        if (!(WarmupRatio >= 0 && WarmupRatio <= 1)) throw new ArgumentOutOfRangeException(nameof(WarmupRatio), WarmupRatio, "It must lie between 0 and 1.");
        if (!(MaxGradientNorm > 0)) throw new ArgumentOutOfRangeException(nameof(MaxGradientNorm), MaxGradientNorm, "It must be positive.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLength, 2);
        Compute.Validate();
        Optimizer.Validate();
        Validation.Validate();
        State?.Validate();
        Adapter?.Validate();
    }
}
