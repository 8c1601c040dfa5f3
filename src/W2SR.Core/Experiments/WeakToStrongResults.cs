using W2SR.Core.Evaluation;

namespace W2SR.Core.Experiments;

/// <summary>One model in the final table.</summary>
/// <param name="Name">The model.</param>
/// <param name="Accuracy">Share of test problems answered correctly.</param>
/// <param name="Low">Lower end of its 95% interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="AccuracyLongRoutes">The same over routes of three or more moves, of which there are too many to have been met in training.</param>
/// <param name="Reasons">Share of responses that show work.</param>
/// <param name="MeanLength">Mean tokens of a response.</param>
/// <param name="TrainSeconds">Wall time of the training that made it, from its base model; 0 for the bases' own rows is never the case: theirs is pre-training.</param>
/// <param name="TrainFlops">Floating-point operations of that training, rollouts included.</param>
public sealed record ModelRow(
    string Name, double Accuracy, double Low, double High, double AccuracyLongRoutes, double Reasons, double MeanLength, double TrainSeconds, double TrainFlops);

/// <summary>RGR of one variant.</summary>
/// <param name="Variant">W2SR, W2SR-P, W2SR-N, non-reasoner, gold or format-only.</param>
/// <param name="Point">The value, or null.</param>
/// <param name="Low">Lower end of its 95% paired bootstrap interval, or null.</param>
/// <param name="High">Upper end, or null.</param>
/// <param name="UndefinedBecause">Why there is no value; null when there is one.</param>
public sealed record RgrRow(string Variant, double? Point, double? Low, double? High, string? UndefinedBecause);

/// <summary>A paired difference of two students' accuracies.</summary>
/// <param name="Left">The one that should be better.</param>
/// <param name="Right">The other.</param>
/// <param name="Point">Left minus right.</param>
/// <param name="Low">Lower end of its 95% paired bootstrap interval.</param>
/// <param name="High">Upper end.</param>
public sealed record DifferenceRow(string Left, string Right, double Point, double Low, double High);

/// <summary>RL's cost over W2SR's, counted three ways.</summary>
/// <param name="StudentTraining">GRPO on the student against fine-tuning it.</param>
/// <param name="WithTraces">The teacher's writing of the traces added to W2SR.</param>
/// <param name="WithTeacher">The teacher's own GRPO added as well.</param>
public sealed record CostRatios(double StudentTraining, double WithTraces, double WithTeacher);

/// <summary>Accuracies and RGR at a temperature other than the primary one.</summary>
/// <param name="Temperature">0 is greedy.</param>
/// <param name="Models">One row a model.</param>
/// <param name="Rgr">One row a variant.</param>
public sealed record TemperatureRow(double Temperature, IReadOnlyList<ModelRow> Models, IReadOnlyList<RgrRow> Rgr);

/// <summary>What the experiment found. Times apart, it depends on the settings alone.</summary>
public sealed record WeakToStrongResults
{
    /// <summary>Library version.</summary>
    public required string Version { get; init; }

    /// <summary>Seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>All settings.</summary>
    public required WeakToStrongOptions Settings { get; init; }

    /// <summary>The models at the primary temperature.</summary>
    public required IReadOnlyList<ModelRow> Models { get; init; }

    /// <summary>RGR of each variant at the primary temperature.</summary>
    public required IReadOnlyList<RgrRow> Rgr { get; init; }

    /// <summary>Paired differences that separate content from format.</summary>
    public required IReadOnlyList<DifferenceRow> Differences { get; init; }

    /// <summary>Cost ratios in floating-point operations.</summary>
    public required CostRatios Cost { get; init; }

    /// <summary>The same in wall time.</summary>
    public required CostRatios CostSeconds { get; init; }

    /// <summary>Claims that this run bears out, in words.</summary>
    public required IReadOnlyList<string> Confirmed { get; init; }

    /// <summary>Claims that it does not bear out, in words.</summary>
    public required IReadOnlyList<string> NotConfirmed { get; init; }

    /// <summary>The other temperatures.</summary>
    public required IReadOnlyList<TemperatureRow> OtherTemperatures { get; init; }
}
