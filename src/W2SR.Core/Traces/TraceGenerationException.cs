namespace W2SR.Core.Traces;

/// <summary>Some samples could not be made. Those that were made are kept; calling again with the same store tries only the others.</summary>
public sealed class TraceGenerationException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="failures">What failed, at least one.</param>
    /// <param name="wanted">Samples that were asked for in all.</param>
    public TraceGenerationException(IReadOnlyList<SampleFailure> failures, int wanted) : base(Describe(failures, wanted)) => Failures = failures;

    /// <summary>The samples that failed, and why.</summary>
    public IReadOnlyList<SampleFailure> Failures { get; }

    private static string Describe(IReadOnlyList<SampleFailure> failures, int wanted)
    {
        ArgumentNullException.ThrowIfNull(failures);
        var reasons = failures.GroupBy(f => f.Reason, StringComparer.Ordinal).OrderByDescending(g => g.Count()).Take(3).Select(g => $"{g.Count()} x {g.Key}");
        return $"{failures.Count} of {wanted} samples could not be made; the others are kept, and a second call with the same store tries these alone. {string.Join("; ", reasons)}";
    }
}
