namespace W2SR.Core.Handover;

/// <summary>Reinforcement learning by GRPO, as the engines are told to do it.</summary>
public sealed record GrpoRecipe
{
    /// <summary>The paper's baseline: 8 rollouts, 128 problems a step, KL 0.001 (arXiv:2505.20072, section 4.1), as verl runs it on 8 GPUs.</summary>
    public static GrpoRecipe Paper { get; } = new();

    /// <summary>The same with 32 problems a step and one pass, which TRL reaches with 8 accumulated batches of 4 on 8 GPUs.</summary>
    public static GrpoRecipe PaperOnTrl { get; } = new() { ProblemsPerStep = 32, Epochs = 1 };

    /// <summary>Rollouts for each problem, at least 2. Default 8.</summary>
    public int Rollouts { get; init; } = 8;

    /// <summary>Problems of one step. Default 128.</summary>
    public int ProblemsPerStep { get; init; } = 128;

    /// <summary>Weight of the KL to the starting model; 0 for none. Default 0.001; the paper goes to 0.04.</summary>
    public double Kl { get; init; } = 0.001;

    /// <summary>Learning rate. Default 1e-6.</summary>
    public double LearningRate { get; init; } = 1e-6;

    /// <summary>Tokens of a prompt at most; longer ones are left out and counted. Default 1024.</summary>
    public int MaxPromptLength { get; init; } = 1024;

    /// <summary>Tokens of a rollout at most. Default 4096.</summary>
    public int MaxResponseLength { get; init; } = 4096;

    /// <summary>Temperature of rollouts. Default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Passes over the problems. Default 5.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>Rollouts (TRL) or sequences (verl) that one process takes at once. Default 4.</summary>
    public int PerDeviceBatch { get; init; } = 4;

    /// <summary>Processes, one a GPU. Default 8.</summary>
    public int Processes { get; init; } = 8;

    /// <summary>Steps between two checkpoints. Default 20.</summary>
    public int SaveEvery { get; init; } = 20;

    /// <summary>Seed. Default 42.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Batches of one process that make a step in TRL.</summary>
    public int Accumulation => ProblemsPerStep * Rollouts / (PerDeviceBatch * Processes);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range, or a step cannot be made of whole batches.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Rollouts, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(ProblemsPerStep, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPromptLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxResponseLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PerDeviceBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Processes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SaveEvery, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Seed);
        if (!(Kl is >= 0 and <= 10)) throw new ArgumentOutOfRangeException(nameof(Kl), Kl, "It must lie between 0 and 10.");
        if (!(LearningRate is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "It must lie above 0 and at most at 1.");
        if (!(Temperature is > 0 and <= 10)) throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature, "It must lie above 0 and at most at 10: greedy rollouts are all alike.");
        if (ProblemsPerStep * Rollouts % (PerDeviceBatch * Processes) != 0)
            throw new ArgumentException($"{ProblemsPerStep} problems x {Rollouts} rollouts cannot be made of {Processes} processes with {PerDeviceBatch} each: {PerDeviceBatch * Processes} does not divide them. Change one of the four.");
    }
}
