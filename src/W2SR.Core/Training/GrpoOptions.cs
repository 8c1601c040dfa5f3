namespace W2SR.Core.Training;

/// <summary>Group relative policy optimization (DeepSeekMath, arXiv:2402.03300) and its descendants.</summary>
public sealed record GrpoOptions
{
    /// <summary>The settings of the paper's baselines: 8 rollouts, clip 0.2, KL to the reference by k3 with weight 0.001, mean over each response.</summary>
    public static GrpoOptions Paper { get; } = new();

    /// <summary>DAPO (arXiv:2503.14476): mean over tokens, clip-higher 0.28, no penalty, cut-off responses left out, uniform groups replaced, 16 rollouts, 16 updates of 32 problems each.</summary>
    /// <remarks>The paper also punishes over-long responses softly: add that as a second reward.</remarks>
    public static GrpoOptions Dapo { get; } = new()
    {
        ProblemsPerStep = 512,
        GroupSize = 16,
        UpdatesPerStep = 16,
        Loss = new PolicyLossOptions { Type = PolicyLossType.Dapo, ClipHigh = 0.28 },
        Rollouts = new GrpoRolloutOptions { MasksTruncated = true, ReplacementRounds = 3 },
    };

    /// <summary>Dr. GRPO (arXiv:2503.20783): advantages unscaled, a constant divisor in place of the length, no penalty.</summary>
    public static GrpoOptions DrGrpo { get; } = new()
    {
        Loss = new PolicyLossOptions { Type = PolicyLossType.DrGrpo },
        Scaling = AdvantageScaling.None,
    };

    /// <summary>Rounds of rollouts and updates. Default 100.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Problems of one round. Default 128.</summary>
    public int ProblemsPerStep { get; init; } = 128;

    /// <summary>G: responses to each problem. Default 8 (paper).</summary>
    public int GroupSize { get; init; } = 8;

    /// <summary>Optimizer steps of one pass over a round's groups, each on its share of them. Default 1.</summary>
    public int UpdatesPerStep { get; init; } = 1;

    /// <summary>Passes over a round's groups before new ones are written. Default 1; with one update as well: strictly on-policy.</summary>
    public int PassesPerStep { get; init; } = 1;

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

    /// <summary>How several rewards are combined, and how long one may take.</summary>
    public GrpoRewardOptions Rewards { get; init; } = new();

    /// <summary>Which problems are rolled out, and which responses train.</summary>
    public GrpoRolloutOptions Rollouts { get; init; } = new();

    /// <summary>Padded tokens that go through the model together; bounds memory, does not change the result. Default 8192.</summary>
    public int MicroBatchTokens { get; init; } = 8192;

    /// <summary>Keeps only each block's input in the forward pass and computes the block again on the way back. Default false.</summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>The optimizer.</summary>
    public AdamWOptions Optimizer { get; init; } = new();

    /// <summary>Gradients are scaled down to this norm. Default 1.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Where checkpoints are kept, and a run goes on from; null for none. Default null.</summary>
    public TrainingStateOptions? State { get; init; }

    /// <summary>A file that gets one line of JSON for each step; null for none. Default null.</summary>
    public string? MetricsFile { get; init; }

    /// <summary>Seed of the choice of problems and of the rollouts.</summary>
    public ulong Seed { get; init; }

    /// <summary>Optimizer steps of one round.</summary>
    internal int OptimizerStepsPerStep => UpdatesPerStep * PassesPerStep;

    /// <summary>Checks every value, and that they fit together.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range, or two do not fit together.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ProblemsPerStep, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(UpdatesPerStep, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PassesPerStep, 1);
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
        if (!Enum.IsDefined(Scaling)) throw new ArgumentOutOfRangeException(nameof(Scaling), Scaling, "Unknown scaling.");
        if (Rewards.Aggregation == RewardAggregation.NormalizeThenSum && Scaling != AdvantageScaling.Group)
            throw new ArgumentException($"Scaling is {Scaling}, but NormalizeThenSum scales by group and then by batch, whatever Scaling says. Leave Scaling at Group, or sum first.");
        Loss.Validate();
        Rewards.Validate();
        Rollouts.Validate();
        State?.Validate();
        Optimizer.Validate();
    }
}
