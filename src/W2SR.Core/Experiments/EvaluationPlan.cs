namespace W2SR.Core.Experiments;

/// <summary>How models are measured: all of them alike.</summary>
public sealed record EvaluationPlan
{
    /// <summary>Temperatures, the primary one, which the claims are about, first; 0 is greedy. Default 0.6 alone.</summary>
    public IReadOnlyList<double> Temperatures { get; init; } = [0.6];

    /// <summary>Samples of each problem. Default 1.</summary>
    public int SamplesPerProblem { get; init; } = 1;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        if (Temperatures.Count == 0 || Temperatures.Distinct().Count() != Temperatures.Count) throw new ArgumentException("temperatures must list at least one, and none twice.");
        foreach (var temperature in Temperatures) new Common.SamplingOptions { Temperature = temperature }.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(SamplesPerProblem, 1);
    }
}
