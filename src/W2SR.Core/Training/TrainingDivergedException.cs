using System.Globalization;

namespace W2SR.Core.Training;

/// <summary>The loss or the gradient stopped being a number. The weights are those of the last good step, and so is the last checkpoint.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="step">The step that failed.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="gradientNorm">Its gradient's norm; NaN when it was not reached.</param>
    /// <param name="place">Where it began, such as "layer 3"; null when that is unknown.</param>
    /// <param name="samples">Ids of the samples in question, as far as they have any.</param>
    public TrainingDivergedException(int step, double loss, double gradientNorm, string? place = null, IReadOnlyList<string>? samples = null)
        : base(Describe(step, loss, gradientNorm, place, samples ?? []))
    {
        Step = step;
        Place = place;
        Samples = samples ?? [];
    }

    /// <summary>The step that failed.</summary>
    public int Step { get; }

    /// <summary>Where numbers stopped being numbers, such as "layer 3" or "the gradient of model.norm.weight"; null when that is unknown.</summary>
    public string? Place { get; }

    /// <summary>Ids of the samples in question: the one that fails by itself, or all of the step; empty when they have none.</summary>
    public IReadOnlyList<string> Samples { get; }

    private static string Describe(int step, double loss, double norm, string? place, IReadOnlyList<string> samples)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"Step {step}: loss {loss}, gradient norm {norm}");
        if (place is not null) text += $"; it began in {place}";
        if (samples.Count > 0) text += $", with {string.Join(", ", samples.Take(8))}" + (samples.Count > 8 ? $" and {samples.Count - 8} more" : "");
        return text + ". The weights are those of the step before. Try a lower learning rate or a longer warm-up.";
    }
}
