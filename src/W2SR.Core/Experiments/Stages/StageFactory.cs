using System.Text.Json;
using W2SR.Core.Common;
using W2SR.Core.Models;

namespace W2SR.Core.Experiments.Stages;

/// <summary>Makes stages with their keys, one for each key: what two arms share is done once.</summary>
/// <param name="version">The library's version; part of every key.</param>
internal sealed class StageFactory(string version)
{
    private readonly Dictionary<string, Stage> byKey = new(StringComparer.Ordinal);
    private readonly List<Stage> stages = [];

    /// <summary>The stages, each after those that it needs.</summary>
    public IReadOnlyList<Stage> Stages => stages;

    /// <summary>The stage of these settings; the one that is there already when its key is the same.</summary>
    public Stage Get(
        StageKind kind, string name, ulong seed, object settings, IReadOnlyList<Stage> needs,
        Func<StageContext, CancellationToken, StageOutcome> run, Func<DecoderConfig, StageEstimate> estimate, Stage? origin = null)
    {
        var json = JsonSerializer.SerializeToElement(settings, W2srJson.Line);
        var key = ContentHash.OfValue(new { kind, settings = json, seed, version, needs = needs.Select(n => n.Key) });
        if (byKey.TryGetValue(key, out var there)) return there;
        var stage = new Stage(name, seed, kind, key, json, needs, run) { Estimate = estimate, Origin = origin };
        byKey.Add(key, stage);
        stages.Add(stage);
        return stage;
    }
}
