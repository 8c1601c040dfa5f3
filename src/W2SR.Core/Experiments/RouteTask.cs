using W2SR.Core.Problems;

namespace W2SR.Core.Experiments;

/// <summary>Routes on a procedural map, and how bases are pre-trained on them.</summary>
public sealed record RouteTask
{
    /// <summary>The map.</summary>
    public RouteWorldOptions World { get; init; } = new();

    /// <summary>Held-out problems of each evaluation. Default 1000.</summary>
    public int TestProblems { get; init; } = 1000;

    /// <summary>They are drawn from this split; <see cref="DataSplit.Validation"/> while settings are chosen.</summary>
    public DataSplit EvaluationSplit { get; init; } = DataSplit.Test;

    /// <summary>Documents of one pre-training step that show work. Default 30 of 84, so that bases answer directly most of the time.</summary>
    public int WorkedDocuments { get; init; } = 30;

    /// <summary>Documents of one pre-training step that answer directly.</summary>
    public int DirectDocuments { get; init; } = 54;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        World.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(TestProblems, 1);
        if (!Enum.IsDefined(EvaluationSplit) || EvaluationSplit == DataSplit.Train) throw new ArgumentException("evaluationSplit is train: what is measured there was trained on. Take test, or validation.");
        if (WorkedDocuments < 1 || DirectDocuments < 1) throw new ArgumentException("Pre-training needs worked and direct documents.");
    }
}
