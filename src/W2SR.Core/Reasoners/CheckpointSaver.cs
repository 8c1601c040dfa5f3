using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Tokens;
using static TorchSharp.torch;

namespace W2SR.Core.Reasoners;

/// <summary>
/// Writes a model as a Hugging Face folder: weights, tokenizer, template, generation configuration and <c>config.json</c>. It is written beside its
/// target and opened again there; only what can be loaded back takes the target's place.
/// </summary>
internal sealed class CheckpointSaver(CausalLm model, ITokenizer tokenizer, CheckpointOrigin? origin, SaveOptions options)
{
    /// <summary>Writes the folder, whole or not at all; weights of an earlier save that do not belong to this one are removed.</summary>
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

            IReadOnlyList<string> warnings = [];
            AtomicFolder.Write(folder, staged =>
            {
                SafetensorsWriter.WriteFolder(staged, views, options.MaxShardBytes, name => types[name]);
                files.Save(staged);
                foreach (var (name, bytes) in origin?.TemplateFiles ?? new Dictionary<string, ReadOnlyMemory<byte>>())
                {
                    var path = Path.Combine(staged, name);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    AtomicFile.Write(path, stream => stream.Write(bytes.Span));
                }
                warnings = generation.Write(Path.Combine(staged, GenerationConfig.FileName));
                AtomicFile.Write(Path.Combine(staged, "config.json"), stream => stream.Write(config.Span));
                Reopen(staged, files);
            }, IsWeights);
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

    /// <summary>Opens what was written as a stranger would: configuration, every header and tokenizer. The numbers were flushed and are not read again; the template is the source's, byte for byte.</summary>
    private void Reopen(string staged, HuggingFaceTokenizer written)
    {
        try
        {
            using var back = Checkpoint.Open(staged);
            var shape = DecoderConfig.From(back.Config);
            if (shape != model.Config) throw new W2srFormatException(staged, "config.json", $"describes {shape}, the model is {model.Config}.");
            ModelLoader.CheckFits(shape, back.Weights);
            if (HuggingFaceTokenizer.Load(staged).VocabularySize is var size && size != written.VocabularySize)
                throw new W2srFormatException(staged, "tokenizer.json", $"has {size} ids, the model's tokenizer {written.VocabularySize}.");
        }
        catch (W2srFormatException e)
        {
            throw new ArgumentException($"The model was not saved, since what was written could not be loaded back: {e.Message} A folder that was there is as it was.", e);
        }
    }

    private static bool IsWeights(string name) =>
        name == ShardIndex.FileName || (name.StartsWith("model", StringComparison.Ordinal) && name.EndsWith(".safetensors", StringComparison.Ordinal));
}
