using W2SR.Core.Problems;

namespace W2SR.Core.Experiments;

/// <summary>The experiment's models, variants and the stages that make them.</summary>
internal static class WeakToStrongNames
{
    /// <summary>What teaches a student, one RGR row each.</summary>
    public static readonly string[] Variants = ["W2SR", "W2SR-P", "W2SR-N", "non-reasoner", "gold", "format-only"];

    /// <summary>The models of the table, in its order.</summary>
    public static string[] Models => ["weak base", "teacher", "non-reasoner teacher", "student", "RL student", .. Variants.Select(StudentOf)];

    /// <summary>The student that a variant taught.</summary>
    public static string StudentOf(string variant) => variant is "non-reasoner" or "gold" or "format-only" ? variant + " student" : variant;

    /// <summary>The stage that made a model of the table.</summary>
    public static string TrainingStage(string model) => model switch
    {
        "weak base" or "teacher" or "non-reasoner teacher" or "RL student" => model,
        "student" => "strong base",
        _ => "student " + Variants.Single(v => StudentOf(v) == model),
    };

    /// <summary>The stage that evaluated it.</summary>
    public static string MeasuringStage(string model) => "measure " + model;

    /// <summary>The temperatures of each evaluation, the primary one first.</summary>
    public static double[] Temperatures(WeakToStrongOptions options) => [options.PrimaryTemperature, 1.0, 0.0];

    /// <summary>The problems that all models are evaluated on.</summary>
    public static IReadOnlyList<Problem> TestProblems(WeakToStrongOptions options, RouteWorld world) =>
        world.DrawDistinct(options.TestProblems, options.Seed, options.EvaluationSplit);
}
