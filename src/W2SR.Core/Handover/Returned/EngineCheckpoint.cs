using System.Globalization;
using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Handover.Returned;

/// <summary>A model that an engine saved.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Form">What it is.</param>
/// <param name="Step">The optimizer step it was saved at; null for the final model.</param>
public sealed record EngineCheckpoint(string Path, CheckpointForm Form, int? Step)
{
    private const int Depth = 4;

    /// <summary>What to do before it can be loaded; null when it can be.</summary>
    public string? Advice { get; init; }

    /// <summary>The base that an adapter names; null for other forms.</summary>
    public string? BaseModel { get; init; }

    /// <summary>True when it can be loaded as it is.</summary>
    public bool IsLoadable => Form is CheckpointForm.Full or CheckpointForm.Sharded or CheckpointForm.Adapter;

    /// <summary>Finds the models under an output folder of LLaMA-Factory, TRL or verl: by step, the final model last.</summary>
    /// <param name="folder">The output folder, a checkpoint in it, or the folder of the hand-over.</param>
    /// <exception cref="W2srFormatException">There is no such folder, or nothing like a model in it.</exception>
    public static IReadOnlyList<EngineCheckpoint> Find(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder)) throw new W2srFormatException(folder, null, "does not exist.");
        var found = new List<EngineCheckpoint>();
        Visit(folder, Depth, found);
        return found.Count > 0
            ? [.. found.OrderBy(c => c.Step ?? int.MaxValue).ThenBy(c => c.Path, StringComparer.Ordinal)]
            : throw new W2srFormatException(folder, null, "has no model in it: no config.json with weights, no adapter_config.json, no training state of verl. Did the run save one?");
    }

    /// <summary>The model to use: the final one, or that of the last step.</summary>
    /// <exception cref="W2srFormatException">None can be loaded; the message says what each of them needs.</exception>
    public static EngineCheckpoint FindLast(string folder)
    {
        var all = Find(folder);
        return all.LastOrDefault(c => c.IsLoadable) ?? throw new W2srFormatException(folder, null, "holds no model that can be loaded as it is. " + string.Join(" ", all.Select(c => $"{c.Path}: {c.Advice}")));
    }

    private static void Visit(string folder, int depth, List<EngineCheckpoint> found)
    {
        if (Describe(folder) is { } checkpoint) found.Add(checkpoint);
        if (depth == 0) return;
        foreach (var child in Directory.EnumerateDirectories(folder).Where(d => System.IO.Path.GetFileName(d)[0] != '.').Order(StringComparer.Ordinal)) Visit(child, depth - 1, found);
    }

    private static EngineCheckpoint? Describe(string folder)
    {
        bool Has(string name) => File.Exists(System.IO.Path.Combine(folder, name));
        bool Any(string pattern) => Directory.EnumerateFileSystemEntries(folder, pattern).Any();
        EngineCheckpoint Of(CheckpointForm form, string? advice = null) => new(folder, form, StepOf(folder)) { Advice = advice };
        if (Has("adapter_config.json"))
            return Has("adapter_model.safetensors") ? Of(CheckpointForm.Adapter) with { BaseModel = BaseOf(folder) } : Of(CheckpointForm.Incomplete, "adapter_model.safetensors is absent. Was it copied in part, or saved as .bin?");
        if (Has("config.json") && Has("model.safetensors.index.json"))
            return MissingShards(folder) is { Count: > 0 } missing
                ? Of(CheckpointForm.Incomplete, $"{missing.Count} files of the index are absent, first {missing[0]}. Copy the folder again.")
                : Of(CheckpointForm.Sharded);
        if (Has("config.json") && Has("model.safetensors")) return Of(CheckpointForm.Full);
        if (Any("model_world_size_*_rank_*.pt"))
        {
            // hf_model in save_contents leaves the whole model beside the shards.
            if (File.Exists(System.IO.Path.Combine(folder, "huggingface", "model.safetensors")) || File.Exists(System.IO.Path.Combine(folder, "huggingface", "model.safetensors.index.json"))) return null;
            return Of(CheckpointForm.Unmerged, $"holds FSDP shards only. Join them: python -m verl.model_merger merge --backend fsdp --local_dir {folder} --target_dir {folder}-merged; or train with hf_model in checkpoint.save_contents.");
        }
        if (Has("zero_to_fp32.py"))
            return Of(CheckpointForm.Unmerged, $"holds ZeRO shards only. Join them: python {folder}/zero_to_fp32.py {folder} {folder}-merged --safe_serialization; or save with stage3_gather_16bit_weights_on_model_save.");
        if (Has("config.json") && (Any("pytorch_model*.bin") || Any("*.pt"))) return Of(CheckpointForm.Incomplete, "has weights in PyTorch's own form only. Save it as safetensors.");
        return null; // config.json alone: verl's huggingface folder without weights, or a tokenizer
    }

    private static int? StepOf(string folder)
    {
        for (var at = folder; at is not null; at = System.IO.Path.GetDirectoryName(at))
        {
            var name = System.IO.Path.GetFileName(at);
            foreach (var prefix in (string[])["checkpoint-", "global_step_"])
                if (name.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step)) return step;
            if (name is not ("huggingface" or "actor")) return null;
        }
        return null;
    }

    private static IReadOnlyList<string> MissingShards(string folder)
    {
        var path = System.IO.Path.Combine(folder, "model.safetensors.index.json");
        var (root, _) = PythonJson.Parse(File.ReadAllText(path), path, null);
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object) throw new W2srFormatException(path, "weight_map", "is absent.");
        return [.. map.EnumerateObject().Select(p => p.Value.ToString()).Distinct(StringComparer.Ordinal).Where(f => !File.Exists(System.IO.Path.Combine(folder, System.IO.Path.GetFileName(f)))).Order(StringComparer.Ordinal)];
    }

    private static string? BaseOf(string folder)
    {
        var path = System.IO.Path.Combine(folder, "adapter_config.json");
        return PythonJson.Parse(File.ReadAllText(path), path, null).Root.Text("base_model_name_or_path");
    }
}
