using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;

namespace W2SR.Core.Training;

/// <summary>Whether a model still ends its answers by itself: adapters that are too strong are known to forget how.</summary>
/// <param name="Problems">Problems answered, once each.</param>
/// <param name="Before">Share that ended by itself before training.</param>
/// <param name="After">The same after training.</param>
public sealed record StopCheck(int Problems, double Before, double After)
{
    /// <summary>Temperature of the answers; 0 is greedy.</summary>
    public double Temperature { get; init; }

    /// <summary>True when clearly fewer answers end than before: by more than five in a hundred.</summary>
    public bool HasDropped => After < Before - 0.05;

    /// <summary>Share of answers that end by themselves.</summary>
    /// <param name="student">The model.</param>
    /// <param name="problems">Problems that were not trained on, at least one.</param>
    /// <param name="maxNewTokens">Tokens of each answer at most.</param>
    /// <param name="temperature">Temperature of the answers, whose draws are the same each time; 0 is greedy.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    public static double Measure(IStudent student, IReadOnlyList<Problem> problems, int maxNewTokens, double temperature = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentOutOfRangeException.ThrowIfZero(problems.Count);
        var traces = student.SolveAsync(problems, new SamplingOptions { Temperature = temperature, MaxNewTokens = maxNewTokens }, cancellationToken).GetAwaiter().GetResult();
        return traces.Average(t => t.FinishReason == FinishReason.Stop ? 1.0 : 0);
    }
}
