namespace W2SR.Reporting;

/// <summary>How much a report shows. The defaults keep the page well under 5 MB.</summary>
public sealed record ReportOptions
{
    /// <summary>Title; null for the run's own name.</summary>
    public string? Title { get; init; }

    /// <summary>Problems in the trace browser at most. Default 200.</summary>
    public int MaxProblems { get; init; } = 200;

    /// <summary>Samples of each problem and model at most. Default 4.</summary>
    public int MaxSamples { get; init; } = 4;

    /// <summary>Characters of one response at most; a longer one loses its middle. Default 6,000.</summary>
    public int MaxResponseCharacters { get; init; } = 6000;

    /// <summary>Bytes of all responses together at most, as they stand in the page; further problems are left out. Default 3,000,000.</summary>
    public int MaxBrowserBytes { get; init; } = 3_000_000;

    /// <summary>Computes RGR of evaluations that were not measured alike, on the problems they share; each difference becomes a remark of the report. Default false: they are refused.</summary>
    public bool ForcesComparison { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxProblems);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSamples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxResponseCharacters, 100);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBrowserBytes);
    }
}
