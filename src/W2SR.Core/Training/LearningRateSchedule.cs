namespace W2SR.Core.Training;

/// <summary>How the learning rate changes over a training: a linear rise from zero, then one of several ways down.</summary>
/// <remarks>The multipliers are those of transformers' get_scheduler, so the first step of a warm-up has rate zero.</remarks>
public sealed class LearningRateSchedule
{
    private readonly Kind kind;
    private readonly int totalSteps, warmupSteps;
    private readonly double minRatio;

    /// <summary>Creates a schedule.</summary>
    /// <param name="kind">What follows the warm-up.</param>
    /// <param name="totalSteps">Optimizer steps in all.</param>
    /// <param name="warmupRatio">Share of them that rises; rounded up to whole steps. Ignored by <see cref="Kind.Constant"/>.</param>
    /// <param name="minRatio">Where cosine-with-floor and hold-then-linear end, as a share of the highest rate.</param>
    public LearningRateSchedule(Kind kind, int totalSteps, double warmupRatio = 0, double minRatio = 0.03)
        : this(kind, totalSteps, (int)Math.Ceiling(totalSteps * warmupRatio), minRatio)
    {
    }

    internal LearningRateSchedule(Kind kind, int totalSteps, int warmupSteps, double minRatio)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(warmupSteps);
        this.kind = kind;
        this.totalSteps = totalSteps;
        this.warmupSteps = kind == Kind.Constant ? 0 : warmupSteps;
        this.minRatio = minRatio;
    }

    /// <summary>What follows the warm-up.</summary>
    public enum Kind
    {
        /// <summary>Always the highest rate; no warm-up either.</summary>
        Constant,

        /// <summary>The highest rate after the warm-up.</summary>
        ConstantWithWarmup,

        /// <summary>A straight line to zero.</summary>
        Linear,

        /// <summary>Half a cosine to zero (the paper's).</summary>
        Cosine,

        /// <summary>Half a cosine to a floor.</summary>
        CosineWithFloor,

        /// <summary>The highest rate until 60% of the steps, then a straight line to a floor.</summary>
        HoldThenLinear,
    }

    /// <summary>The factor on the highest rate at a step, counted from 0.</summary>
    public double Multiplier(int step)
    {
        if (step < warmupSteps) return (double)step / Math.Max(1, warmupSteps);
        var progress = (double)(step - warmupSteps) / Math.Max(1, totalSteps - warmupSteps);
        return kind switch
        {
            Kind.Constant or Kind.ConstantWithWarmup => 1,
            Kind.Linear => Math.Max(0, (double)(totalSteps - step) / Math.Max(1, totalSteps - warmupSteps)),
            Kind.Cosine => Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * progress))),
            Kind.CosineWithFloor => minRatio + (1 - minRatio) * Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * progress))),
            Kind.HoldThenLinear => step < 0.6 * totalSteps ? 1 : Math.Max(minRatio, 1 - (1 - minRatio) * (step - 0.6 * totalSteps) / (0.4 * totalSteps)),
            _ => throw new InvalidOperationException($"Unknown schedule {kind}."),
        };
    }
}
