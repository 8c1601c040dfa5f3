using System.Globalization;
using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Handover.Returned;

/// <summary>The training curve that LLaMA-Factory, TRL or verl left behind.</summary>
/// <param name="Path">The file that was read.</param>
/// <param name="Form">"trainer_state", "trainer_log" or "verl".</param>
/// <param name="Steps">The steps in order.</param>
public sealed record EngineLog(string Path, string Form, IReadOnlyList<EngineLogStep> Steps)
{
    /// <summary>Steps that the engine planned.</summary>
    public int? PlannedSteps { get; init; }

    /// <summary>Wall time of the training; null where it was not logged.</summary>
    public TimeSpan? WallTime { get; init; }

    /// <summary>Operations by the engine's own formula, which is not this library's; null where they were not logged.</summary>
    public double? EngineFlops { get; init; }

    /// <summary>What a reader should know, such as losses that were NaN.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>Reads a log.</summary>
    /// <param name="path">
    /// <c>trainer_state.json</c>, <c>trainer_log.jsonl</c>, verl's <c>PROJECT/EXPERIMENT.jsonl</c>, or an output folder: then its <c>trainer_state.json</c>, that of its
    /// newest checkpoint (where TRL leaves it), or its <c>trainer_log.jsonl</c>.
    /// </param>
    /// <exception cref="W2srFormatException">Nothing there, or of another form.</exception>
    public static EngineLog Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = Directory.Exists(path) ? Find(path) : path;
        if (!File.Exists(file)) throw new W2srFormatException(path, null, "does not exist.");
        var log = file.EndsWith(".jsonl", StringComparison.Ordinal) ? JsonLinesLog.Read(file) : TrainerState.Read(file);
        if (log.Steps.Count == 0) throw new W2srFormatException(file, null, "has no step of training. Did the run end before its first one?");
        return log;
    }

    private static string Find(string folder)
    {
        string? State(string at) => System.IO.Path.Combine(at, "trainer_state.json") is var file && File.Exists(file) ? file : null;
        var newest = Directory.EnumerateDirectories(folder, "checkpoint-*").Where(d => State(d) is not null)
            .OrderByDescending(d => int.TryParse(d.AsSpan(d.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1).FirstOrDefault();
        var state = State(folder) ?? (newest is null ? null : State(newest));
        if (state is not null) return state;
        if (System.IO.Path.Combine(folder, "trainer_log.jsonl") is var lines && File.Exists(lines)) return lines;
        string[] logs = [.. Directory.EnumerateFiles(folder, "*.jsonl").Where(JsonLinesLog.IsVerl)];
        return logs.Length == 1
            ? logs[0]
            : throw new W2srFormatException(folder, null, $"has {(logs.Length == 0 ? "no" : "more than one")} log of training: neither trainer_state.json, nor checkpoint-N with one, nor trainer_log.jsonl, nor one log of verl. Name the file.");
    }
}
