using TorchSharp;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Tensors;

namespace W2SR.Core.Models;

/// <summary>Makes a model of a checkpoint: names and shapes are compared before memory is taken, then numbers go straight into the model's weights.</summary>
public static class ModelLoader
{
    /// <summary>Loads a model and leaves tokenizer and template aside.</summary>
    /// <param name="path">A Hugging Face model folder, or a <c>.gguf</c> file.</param>
    /// <param name="target">Where the model lives, and its type; numbers are converted on the way. Null for float32 on the CPU.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <exception cref="W2srFormatException">There is no checkpoint that W2SR runs; every weight that is missing, unexpected or of another shape is named.</exception>
    /// <exception cref="InsufficientMemoryException">The weights are larger than this machine's memory.</exception>
    public static LoadedModel Load(
        string path, ComputeTarget? target = null, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var checkpoint = Checkpoint.Open(path);
        return Load(checkpoint, target, progress, cancellationToken);
    }

    /// <summary>Loads the model of an open checkpoint.</summary>
    /// <param name="checkpoint">Borrowed.</param>
    /// <param name="target">Where the model lives, and its type. Null for float32 on the CPU.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <inheritdoc cref="Load(string, ComputeTarget?, IProgress{LoadProgress}?, CancellationToken)" path="/exception"/>
    public static LoadedModel Load(
        Checkpoint checkpoint, ComputeTarget? target = null, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        target ??= ComputeTarget.Cpu;
        target.Validate();
        var weights = checkpoint.Weights;
        var shape = DecoderConfig.From(checkpoint.Config);
        var layout = CheckFits(shape, weights);
        CheckMemory(layout, target, weights.Path);
        var model = new CausalLm(shape, target);
        try
        {
            var types = weights.Tensors.ToDictionary(t => t.Name, t => t.StorageType);
            return new LoadedModel(model, checkpoint.Config, types, [.. checkpoint.Warnings, .. Fill(model, weights, progress, cancellationToken)]);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Compares every name and shape with what a model of this shape needs.</summary>
    /// <exception cref="W2srFormatException">They differ; each difference is named.</exception>
    internal static ParameterLayout CheckFits(DecoderConfig shape, IWeightSource weights)
    {
        // A config that lies must not make us lay out a billion layers before the lie is found.
        if (shape.LayerCount > weights.Tensors.Count)
            throw new W2srFormatException(weights.Path, null, $"the config says {shape.LayerCount} layers, the weights hold {weights.Tensors.Count} tensors. Are they of the same checkpoint?");
        try
        {
            var layout = new ParameterLayout(shape);
            WeightDifferences.Between(weights, layout.Slots.ToDictionary(s => s.Name, s => (IReadOnlyList<long>)s.Shape)).ThrowIfAny(weights.Path);
            return layout;
        }
        catch (ArgumentException e)
        {
            throw new W2srFormatException(weights.Path, "config", e.Message, e);
        }
    }

    private static IReadOnlyList<string> Fill(CausalLm model, IWeightSource weights, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var views = model.Parameters.NamedViews(model.Parameters.Values).ToDictionary();
        try
        {
            using var quiet = torch.no_grad();
            return WeightLoader.Load(weights, views, progress, cancellationToken);
        }
        finally
        {
            foreach (var view in views.Values) view.Dispose();
        }
    }

    private static void CheckMemory(ParameterLayout layout, ComputeTarget target, string path)
    {
        if (target.Device.type != DeviceType.CPU) return;
        var needed = layout.Count * KvCache.SizeOf(target.Dtype);
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > available)
            throw new InsufficientMemoryException(
                $"{path}: the weights take {needed >> 20} MB as {target.Dtype}, this machine has {available >> 20} MB. Load them as bfloat16, or take a smaller model.");
    }
}
