using W2SR.Core.Training;

namespace W2SR.Core.Experiments.Stages;

/// <summary>What a stage has done, in numbers; weights, traces and verdicts lie in its folder.</summary>
internal sealed record StageOutcome
{
    public long TokensGenerated { get; init; }

    public long TokensTrained { get; init; }

    public double Flops { get; init; }

    /// <summary>Parameters of the model that it made or ran.</summary>
    public long Parameters { get; init; }

    /// <summary>What a reader should know, in plain words.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    public static StageOutcome Of(TrainingRun? run, long parameters) => run is null
        ? new StageOutcome { Parameters = parameters, Findings = ["There was nothing to train on, so the model is the one it started from."] }
        : new StageOutcome { TokensGenerated = run.TokensGenerated, TokensTrained = run.TokensTrained, Flops = run.Flops, Parameters = parameters, Findings = run.Findings };
}
