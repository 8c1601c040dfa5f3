namespace W2SR.Core.Training;

/// <summary>Group relative policy optimization (DeepSeekMath, arXiv:2402.03300).</summary>
public sealed record GrpoOptions
{
    /// <summary>The settings of the paper's baselines: 8 rollouts, clip 0.2, KL to the reference by k3 with weight 0.001, mean over each response.</summary>
    public static GrpoOptions Paper { get; } = new();

    /// <summary>Rounds of rollouts and updates. Default 100.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Problems of one round. Default 128.</summary>
    public int ProblemsPerStep { get; init; } = 128;

    /// <summary>G: responses to each problem. Default 8 (paper).</summary>
    public int GroupSize { get; init; } = 8;

    /// <summary>Optimizer steps of one round, each on its share of the groups. Default 1: strictly on-policy.</summary>
    public int UpdatesPerStep { get; init; } = 1;

    /// <summary>Highest learning rate. Default 1e-6, usual for models of 1.5B and more.</summary>
    public double LearningRate { get; init; } = 1e-6;

    /// <summary>How the learning rate changes. Default constant.</summary>
    public LearningRateSchedule.Kind Schedule { get; init; } = LearningRateSchedule.Kind.ConstantWithWarmup;

    /// <summary>Share of the optimizer steps over which the rate rises from zero. Default 0.</summary>
    public double WarmupRatio { get; init; }

    /// <summary>Temperature of the rollouts and of the log-probs that are trained. Default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Tokens of a rollout at most. Default 2048.</summary>
    public int MaxNewTokens { get; init; } = 2048;

    /// <summary>Loss, clipping and KL. Default: GRPO's own with clip 0.2 and KL weight 0.001.</summary>
    public PolicyLossOptions Loss { get; init; } = new() { Type = PolicyLossType.Grpo, Beta = 0.001, CorrectKl = false };

    /// <summary>How rewards become advantages. Default: scaled by the group's standard deviation (n - 1, as TRL and verl do).</summary>
    public AdvantageScaling Scaling { get; init; } = AdvantageScaling.Group;

    /// <summary>Padded tokens that go through the model together; bounds memory, does not change the result. Default 8192.</summary>
    public int MicroBatchTokens { get; init; } = 8192;

    /// <summary>The optimizer.</summary>
    public AdamWOptions Optimizer { get; init; } = new();

    /// <summary>Gradients are scaled down to this norm. Default 1.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Seed of the choice of problems and of the rollouts.</summary>
    public ulong Seed { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range, or two do not fit together.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ProblemsPerStep, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(UpdatesPerStep, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MicroBatchTokens, 1);
        if (GroupSize < 2)
            throw new ArgumentException($"GroupSize is {GroupSize}: an advantage is a difference within a group, so a group needs at least 2 responses.");
        if (ProblemsPerStep % UpdatesPerStep != 0)
            throw new ArgumentException($"ProblemsPerStep {ProblemsPerStep} is not a multiple of UpdatesPerStep {UpdatesPerStep}.");
        if (!(LearningRate > 0 && LearningRate < 1)) throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "It must lie between 0 and 1.");
        if (!(WarmupRatio >= 0 && WarmupRatio <= 1)) throw new ArgumentOutOfRangeException(nameof(WarmupRatio), WarmupRatio, "It must lie between 0 and 1.");
        if (!(Temperature > 0 && Temperature <= 10)) throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature, "It must be positive: greedy rollouts of one problem are all the same.");
        if (!(MaxGradientNorm > 0)) throw new ArgumentOutOfRangeException(nameof(MaxGradientNorm), MaxGradientNorm, "It must be positive.");
        Loss.Validate();
        Optimizer.Validate();
    }
}
