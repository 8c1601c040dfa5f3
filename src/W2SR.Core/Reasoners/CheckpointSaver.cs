using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Tokens;
using static TorchSharp.torch;

namespace W2SR.Core.Reasoners;

/// <summary>Writes a model as a Hugging Face folder: weights, tokenizer, template, generation configuration, and at last <c>config.json</c>.</summary>
internal sealed class CheckpointSaver(CausalLm model, ITokenizer tokenizer, CheckpointOrigin? origin, SaveOptions options)
{
    /// <summary>Writes every file, each whole or not at all; weights of an earlier save that do not belong to this one are removed.</summary>
    /// <returns>Warnings; empty when there are none.</returns>
    /// <exception cref="ArgumentException">The model or its tokenizer could not be loaded back.</exception>
    public IReadOnlyList<string> Save(string folder, CancellationToken cancellationToken)
    {
        options.Validate();
        if (model.Adapter is not null)
            throw new ArgumentException("The model carries an adapter, which this folder would lose. Save it with Adapter.Save, or save the model that MergeAdapter gives.");
        // What can be refused is refused before anything is written.
        if (tokenizer is not HuggingFaceTokenizer files)
            throw new ArgumentException($"A {tokenizer.GetType().Name} has no form that Hugging Face reads, so the folder could not be loaded back. CausalLm.SaveWeights writes the weights alone.");
        var views = model.Parameters.NamedViews(model.Parameters.Values).ToList();
        try
        {
            var types = ChooseTypes(views);
            var config = HuggingFaceConfigWriter.ToJson(origin?.Config ?? Describe(files), MainType(types));
            var generation = origin?.Generation ?? new GenerationConfig { EosTokenIds = tokenizer.EndIds, PadTokenId = tokenizer.PadId, BosTokenId = files.Special.Bos };
            _ = generation.ToJson();
            cancellationToken.ThrowIfCancellationRequested();

            Directory.CreateDirectory(folder);
            // Removed first and written last: a folder with a config.json is whole.
            var configPath = Path.Combine(folder, "config.json");
            File.Delete(configPath);
            RemoveStaleWeights(folder, SafetensorsWriter.WriteFolder(folder, views, options.MaxShardBytes, name => types[name]));
            files.Save(folder);
            foreach (var (name, bytes) in origin?.TemplateFiles ?? new Dictionary<string, ReadOnlyMemory<byte>>())
                AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(bytes.Span));
            var warnings = generation.Write(Path.Combine(folder, GenerationConfig.FileName));
            AtomicFile.Write(configPath, stream => stream.Write(config.Span));
            return warnings;
        }
        finally
        {
            foreach (var (_, view) in views) view.Dispose();
        }
    }

    private CheckpointConfig Describe(HuggingFaceTokenizer files) => model.Config.ToCheckpoint() with
    {
        EosTokenIds = tokenizer.EndIds,
        PadTokenId = tokenizer.PadId,
        BosTokenId = files.Special.Bos,
    };

    /// <summary>The source's types where no number of the model is lost by them, otherwise the model's own.</summary>
    private Dictionary<string, ScalarType> ChooseTypes(List<KeyValuePair<string, Tensor>> views)
    {
        if (options.WeightType is { } forced) return views.ToDictionary(v => v.Key, _ => forced);
        var stored = views.ToDictionary(v => v.Key, v => Parse(origin?.StorageTypes.GetValueOrDefault(v.Key)));
        var survives = origin is not null && views.TrueForAll(v => stored[v.Key] is { } type && Survives(v.Value, type));
        return views.ToDictionary(v => v.Key, v => survives ? stored[v.Key]!.Value : model.Target.Dtype);
    }

    private static bool Survives(Tensor view, ScalarType type)
    {
        if (view.dtype == type || type == ScalarType.Float64) return true;
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var back = view.to(type).to(view.dtype);
        return back.eq(view).logical_or(view.isnan()).all().ToBoolean();
    }

    private static ScalarType? Parse(string? storageType) => storageType switch
    {
        "F64" => ScalarType.Float64,
        "F32" => ScalarType.Float32,
        "BF16" => ScalarType.BFloat16,
        "F16" => ScalarType.Float16,
        _ => null, // quantized, or unknown: the model's own type
    };

    /// <summary>The type of the largest share of the numbers; norms are sometimes stored wider.</summary>
    private ScalarType MainType(Dictionary<string, ScalarType> types) =>
        model.Parameters.Layout.Slots.GroupBy(s => types[s.Name]).MaxBy(g => g.Sum(s => s.Count))!.Key;

    private static void RemoveStaleWeights(string folder, IReadOnlyList<string> written)
    {
        foreach (var pattern in (string[])["model.safetensors", "model-?????-of-?????.safetensors", "model.safetensors.index.json"])
            foreach (var file in Directory.EnumerateFiles(folder, pattern))
                if (!written.Contains(Path.GetFileName(file))) File.Delete(file);
    }
}
