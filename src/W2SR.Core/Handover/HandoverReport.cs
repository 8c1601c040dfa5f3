namespace W2SR.Core.Handover;

/// <summary>What an export wrote.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Manifest">What it is.</param>
/// <param name="Preflight">What the student will see; null where nothing is trained on rows (reinforcement learning, generation).</param>
public sealed record HandoverReport(string Folder, HandoverManifest Manifest, HandoverPreflight? Preflight)
{
    /// <summary>What was left out and why.</summary>
    public HandoverCounts Counts => Manifest.Counts;

    /// <summary>What a person should look at.</summary>
    public IReadOnlyList<string> Warnings => Manifest.Warnings;
}
