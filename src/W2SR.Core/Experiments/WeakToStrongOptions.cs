using W2SR.Core.Problems;

namespace W2SR.Core.Experiments;

/// <summary>Size of one of the two models.</summary>
/// <param name="HiddenSize">Width.</param>
/// <param name="LayerCount">Depth.</param>
/// <param name="HeadCount">Attention heads.</param>
/// <param name="FeedForwardSize">Width of the feed-forward.</param>
/// <param name="PretrainSteps">Steps of pre-training.</param>
/// <param name="PretrainLearningRate">Its highest learning rate.</param>
/// <param name="GrpoLearningRate">Learning rate of its GRPO.</param>
public sealed record ModelPlan(
    int HiddenSize, int LayerCount, int HeadCount, int FeedForwardSize, int PretrainSteps, double PretrainLearningRate, double GrpoLearningRate);

/// <summary>Settings of the weak-to-strong experiment on a procedural world. The defaults were chosen on the validation split with seeds 1 to 3.</summary>
public sealed record WeakToStrongOptions
{
    /// <summary>The small settings for smoke tests: every stage, minutes shorter, and too little training for the claims to hold.</summary>
    public static WeakToStrongOptions Quick { get; } = new()
    {
        Weak = new ModelPlan(20, 2, 2, 40, 600, 6e-3, 1e-3),
        Strong = new ModelPlan(64, 2, 2, 128, 400, 4e-3, 5e-4),
        GrpoSteps = 12,
        TracesPerVariant = 300,
        TestProblems = 200,
    };

    /// <summary>Seed of everything but the map.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The map.</summary>
    public RouteWorldOptions World { get; init; } = new();

    /// <summary>The weak model: its base becomes the reasoner that teaches.</summary>
    public ModelPlan Weak { get; init; } = new(20, 2, 2, 40, 1800, 6e-3, 1e-3);

    /// <summary>The strong model: the student.</summary>
    public ModelPlan Strong { get; init; } = new(128, 3, 4, 320, 700, 2.5e-3, 3e-4);

    /// <summary>Documents of one pre-training step that show work. Default 30 of 84, so that both bases answer directly most of the time.</summary>
    public int WorkedDocuments { get; init; } = 30;

    /// <summary>Documents of one pre-training step that answer directly.</summary>
    public int DirectDocuments { get; init; } = 54;

    /// <summary>Rounds of GRPO, for teacher and student alike.</summary>
    public int GrpoSteps { get; init; } = 40;

    /// <summary>Whether GRPO makes the weak base a reasoner. False is a broken setting on purpose: the teacher is trained on direct answers and never reasons.</summary>
    public bool TeacherReasons { get; init; } = true;

    /// <summary>Traces that each student learns from.</summary>
    public int TracesPerVariant { get; init; } = 1000;

    /// <summary>Temperature at which teachers write.</summary>
    public double TraceTemperature { get; init; } = 0.7;

    /// <summary>Highest learning rate of the students' fine-tuning.</summary>
    public double SftLearningRate { get; init; } = 4e-4;

    /// <summary>Sequences of one step of the students' fine-tuning.</summary>
    public int SftBatchSize { get; init; } = 64;

    /// <summary>Held-out problems of the final measurement.</summary>
    public int TestProblems { get; init; } = 1000;

    /// <summary>The evaluation temperature that the claims are about, declared beforehand.</summary>
    public double PrimaryTemperature { get; init; } = 0.6;

    /// <summary>Problems are drawn from this split; <see cref="DataSplit.Validation"/> while settings are chosen.</summary>
    public DataSplit EvaluationSplit { get; init; } = DataSplit.Test;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        World.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(GrpoSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TracesPerVariant, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TestProblems, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(SftBatchSize, 1);
        if (WorkedDocuments < 1 || DirectDocuments < 1) throw new ArgumentException("Pre-training needs worked and direct documents.");
    }
}
