using W2SR.Core.Evaluation;
using W2SR.Core.Experiments.Results;
using W2SR.Core.Handover;

namespace W2SR.Samples.Handover;

/// <summary>What the whole way found (<c>round-trip.json</c>); paths start from its folder.</summary>
internal sealed record RoundTripResults
{
    /// <summary>Library version.</summary>
    public required string Version { get; init; }

    /// <summary>The engine that fine-tuned, with the version that the hand-over was tried against.</summary>
    public required string Engine { get; init; }

    /// <summary>What was handed over and what was left out.</summary>
    public required HandoverCounts Counts { get; init; }

    /// <summary>Hashes of traces and problems, and the trace store's own manifest.</summary>
    public required IReadOnlyDictionary<string, string> Source { get; init; }

    /// <summary>The student before training, taught, and after reinforcement learning.</summary>
    public required IReadOnlyList<RoundTripModel> Models { get; init; }

    /// <summary>The share of reinforcement learning's gain that was recovered.</summary>
    public required Rgr Rgr { get; init; }

    /// <summary>Where the training curves lie.</summary>
    public required IReadOnlyList<TrainingRow> Trainings { get; init; }
}
