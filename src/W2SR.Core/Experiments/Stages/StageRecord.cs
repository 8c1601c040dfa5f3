using System.Text.Json;

namespace W2SR.Core.Experiments.Stages;

/// <summary>What a finished stage leaves in <c>stage.json</c>, written last: a stage is done when its record exists.</summary>
internal sealed record StageRecord
{
    public required string Name { get; init; }

    public required StageKind Kind { get; init; }

    public required string Key { get; init; }

    public required ulong Seed { get; init; }

    public required string Version { get; init; }

    public required JsonElement Settings { get; init; }

    public required IReadOnlyList<string> Needs { get; init; }

    public required StageOutcome Outcome { get; init; }

    public required double Seconds { get; init; }

    public required long PeakMemoryBytes { get; init; }
}
