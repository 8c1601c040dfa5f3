using System.Globalization;

namespace W2SR.Core.Training;

/// <summary>The loss or the gradient stopped being a number. The weights are those of the last good step.</summary>
/// <param name="step">The step that failed.</param>
/// <param name="loss">Its loss.</param>
/// <param name="gradientNorm">Its gradient's norm.</param>
public sealed class TrainingDivergedException(int step, double loss, double gradientNorm) : Exception(string.Create(CultureInfo.InvariantCulture,
    $"Step {step}: loss {loss}, gradient norm {gradientNorm}. The weights are those of the step before. Try a lower learning rate or a longer warm-up."))
{
    /// <summary>The step that failed.</summary>
    public int Step { get; } = step;
}
