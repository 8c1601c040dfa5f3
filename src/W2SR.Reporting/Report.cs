using W2SR.Reporting.Traces;

namespace W2SR.Reporting;

/// <summary>Everything a report says, before it is written as a page.</summary>
public sealed record Report
{
    /// <summary>Title.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence: what was found.</summary>
    public required string Headline { get; init; }

    /// <summary>What was measured on, how, and by which version.</summary>
    public required string Setting { get; init; }

    /// <summary>Claims that the run bears out; empty where none were judged.</summary>
    public IReadOnlyList<string> Confirmed { get; init; } = [];

    /// <summary>Claims that it does not bear out.</summary>
    public IReadOnlyList<string> NotConfirmed { get; init; } = [];

    /// <summary>What a reader must know before believing the numbers: comparisons that were forced, parts that are missing.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Figures and tables in their order.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];

    /// <summary>What made the numbers: versions, hashes, seeds, settings.</summary>
    public IReadOnlyList<Figure> Provenance { get; init; } = [];

    /// <summary>Single responses to look at; null where none were kept.</summary>
    public TraceBrowser? Browser { get; init; }
}
