using System.Text.Json;
using W2SR.Core.Models;

namespace W2SR.Core.Experiments.Stages;

/// <summary>One stage of an experiment, known by the hash of all that its outcome depends on.</summary>
/// <param name="Name">Its name in progress and tables.</param>
/// <param name="Seed">Seed of the run that it belongs to.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Key">Hash of kind, settings, seed, library version and the keys of the stages that it needs.</param>
/// <param name="Settings">Its own settings, as they went into the key.</param>
/// <param name="Needs">The stages whose files it reads.</param>
/// <param name="Run">Does the work in the stage's folder.</param>
internal sealed record Stage(
    string Name, ulong Seed, StageKind Kind, string Key, JsonElement Settings, IReadOnlyList<Stage> Needs, Func<StageContext, CancellationToken, StageOutcome> Run)
{
    /// <summary>Name of its folder.</summary>
    public string FolderName => $"{Kind.ToString().ToLowerInvariant()}-{Key}";

    /// <summary>What it is expected to take, by the shape of the model that it makes or runs.</summary>
    public required Func<DecoderConfig, StageEstimate> Estimate { get; init; }

    /// <summary>The stage whose model this one starts from, for a stage that makes a model; null for a base.</summary>
    public Stage? Origin { get; init; }
}
