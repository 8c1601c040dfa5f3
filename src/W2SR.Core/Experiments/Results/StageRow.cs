using System.Text.Json;

namespace W2SR.Core.Experiments.Results;

/// <summary>One stage with what it cost and what it depends on: ledger and provenance.</summary>
public sealed record StageRow
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it did.</summary>
    public required StageKind Kind { get; init; }

    /// <summary>Seed of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Hash of everything that its outcome depends on.</summary>
    public required string Key { get; init; }

    /// <summary>Keys of the stages whose files it read.</summary>
    public required IReadOnlyList<string> Needs { get; init; }

    /// <summary>Its own settings.</summary>
    public required JsonElement Settings { get; init; }

    /// <summary>Its folder, relative to the run folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Parameters of the model that it made or ran; 0 where it stands for a checkpoint.</summary>
    public required long Parameters { get; init; }

    /// <summary>Tokens that a model wrote.</summary>
    public required long TokensGenerated { get; init; }

    /// <summary>Tokens that a gradient was taken over.</summary>
    public required long TokensTrained { get; init; }

    /// <summary>Floating-point operations.</summary>
    public required double Flops { get; init; }

    /// <summary>Wall time.</summary>
    public required double Seconds { get; init; }

    /// <summary>Largest working set of the process while it ran; stages that ran beside it are in it.</summary>
    public required long PeakMemoryBytes { get; init; }
}
