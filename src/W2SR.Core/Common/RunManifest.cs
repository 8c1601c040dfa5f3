using System.Text.Json;

namespace W2SR.Core.Common;

/// <summary>A small file that says what made the files beside it (seed, version, settings, hashes, by name), so that a resumed run cannot mix two settings.</summary>
public static class RunManifest
{
    /// <summary>Writes the manifest, atomically and with its names in order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">What the run is, by name.</param>
    public static void Write(string path, IReadOnlyDictionary<string, string> identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        AtomicFile.WriteText(path, JsonSerializer.Serialize(new SortedDictionary<string, string>(identity.ToDictionary(), StringComparer.Ordinal), W2srJson.Indented));
    }

    /// <summary>Holds a manifest against what this run is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">What this run is, by name.</param>
    /// <returns>Every difference in words, such as "seed was 1 and is now 2", in the order of the names; empty when they agree.</returns>
    /// <exception cref="W2srFormatException">The file is damaged.</exception>
    public static IReadOnlyList<string> Differences(string path, IReadOnlyDictionary<string, string> identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        Dictionary<string, string> stored;
        try
        {
            stored = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path), W2srJson.Line) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new W2srFormatException(path, null, $"is no manifest ({e.Message}), so nobody can say what made the files beside it. Start in another place.", e);
        }
        return [..
            from name in identity.Keys.Union(stored.Keys).Order(StringComparer.Ordinal)
            let now = identity.GetValueOrDefault(name, "absent")
            let then = stored.GetValueOrDefault(name, "absent")
            where now != then
            select $"{name} was {then} and is now {now}"];
    }
}
