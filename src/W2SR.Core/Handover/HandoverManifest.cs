namespace W2SR.Core.Handover;

/// <summary>What a hand-over folder is and what made it: <c>w2sr-handover.json</c> in it, written last.</summary>
public sealed record HandoverManifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = "w2sr-handover.json";

    /// <summary>The form that this library writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Always "w2sr-handover".</summary>
    public required string Format { get; init; }

    /// <summary>The form's version.</summary>
    public required int Version { get; init; }

    /// <summary>The library's version.</summary>
    public required string Library { get; init; }

    /// <summary>The engine with the version that the form was tried against, such as "verl 0.9.1".</summary>
    public required string Engine { get; init; }

    /// <summary>"sft", "grpo" or "generation".</summary>
    public required string Purpose { get; init; }

    /// <summary>The file whose rows are trained on.</summary>
    public required string TrainingFile { get; init; }

    /// <summary>The file whose rows are validated on; null where there is none, or where it has no rows of traces.</summary>
    public string? ValidationFile { get; init; }

    /// <summary>What was handed over and what was left out.</summary>
    public required HandoverCounts Counts { get; init; }

    /// <summary>Every setting of the hand-over, by name.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Where the traces and problems come from: hashes, and the trace store's own manifest.</summary>
    public required IReadOnlyDictionary<string, string> Source { get; init; }

    /// <summary>What was said at export.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Every other file of the folder.</summary>
    public required IReadOnlyList<HandoverFileEntry> Files { get; init; }
}
