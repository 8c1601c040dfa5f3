using W2SR.Core.Common.Display;

namespace W2SR.Core.Training;

/// <summary>What a training did, in numbers.</summary>
[TypeFormatterSource(typeof(DisplaySource<TrainingRun, TrainingRunDisplay>))]
public sealed record TrainingRun
{
    /// <summary>The steps in order.</summary>
    public required IReadOnlyList<TrainingStep> Steps { get; init; }

    /// <summary>Tokens that went through forward and backward, padding not counted.</summary>
    public required long TokensTrained { get; init; }

    /// <summary>Tokens generated on the way (GRPO's rollouts); 0 in SFT.</summary>
    public long TokensGenerated { get; init; }

    /// <summary>Floating-point operations, rollouts included (<see cref="Models.DecoderFlops"/>).</summary>
    public required double Flops { get; init; }

    /// <summary>What the run came to, in plain words: in GRPO whether the reward moved. Empty where there is nothing to say.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>Wall time.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Examples left out: longer than allowed, or empty.</summary>
    public int DroppedExamples { get; init; }

    /// <summary>Examples whose response was cut because they were longer than allowed.</summary>
    public int CutExamples { get; init; }

    /// <summary>Step with the lowest validation loss; null where none was measured.</summary>
    public int? BestStep { get; init; }

    /// <summary>What was known before the first step; null where training began from tokens.</summary>
    public PreflightReport? Preflight { get; init; }

    /// <summary>Whether the model still ends by itself; null where that was not asked for.</summary>
    public StopCheck? StopCheck { get; init; }
}
