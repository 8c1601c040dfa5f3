using System.Text.RegularExpressions;

namespace W2SR.Core.Models;

/// <summary>One module with its adapter's size.</summary>
/// <param name="Name">Such as <c>model.layers.0.self_attn.q_proj</c>.</param>
/// <param name="Rank">r.</param>
/// <param name="Scale">Factor on B A.</param>
internal sealed record LoraTarget(string Name, int Rank, double Scale);

/// <summary>PEFT's rules of which modules a configuration means.</summary>
internal static class LoraTargets
{
    public const string Head = "lm_head";

    /// <summary>Sizes for the module, or null when it stays bare.</summary>
    public static LoraTarget? Resolve(LoraConfig config, string name)
    {
        if (Matches(name, config.ExcludeModules, config.ExcludePattern) || !IsTargeted(config, name)) return null;
        if (config.LayersToTransform is { } layers)
        {
            var match = Regex.Match(name, @"^.*\.layers\.(\d+)\.");
            if (!match.Success || !layers.Contains(int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))) return null;
        }
        var rank = Pattern(config.RankPattern, name) ?? config.Rank;
        var alpha = Pattern(config.AlphaPattern, name) ?? config.Alpha;
        return new LoraTarget(name, rank, config.RankStabilized ? alpha / Math.Sqrt(rank) : alpha / rank);
    }

    private static bool IsTargeted(LoraConfig config, string name) => config.TargetPattern == "all-linear"
        ? name != Head
        : Matches(name, config.TargetModules, config.TargetPattern);

    private static bool Matches(string name, IReadOnlyList<string> names, string? pattern) => pattern is not null
        ? Regex.IsMatch(name, $"^(?:{pattern})$")
        : names.Any(n => name == n || name.EndsWith("." + n, StringComparison.Ordinal));

    private static T? Pattern<T>(IReadOnlyDictionary<string, T> values, string name) where T : struct
    {
        foreach (var (key, value) in values)
            if (Regex.IsMatch(name, $@"^(.*\.)?({key})$")) return value;
        return null;
    }
}
