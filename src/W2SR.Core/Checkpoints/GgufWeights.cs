using W2SR.Core.Common;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>A GGUF file's weights as Hugging Face has them: its names, and query and key rows in its order.</summary>
internal sealed class GgufWeights : IWeightSource
{
    private readonly GgufReader file;
    private readonly int permutedHead;
    private readonly Dictionary<string, (CheckpointTensor Tensor, string GgufName)> byName = new(StringComparer.Ordinal);

    public GgufWeights(GgufReader file, CheckpointConfig config)
    {
        this.file = file;
        // llama.cpp turns neighbouring numbers in this architecture, so its converter put each pair side by side; the others turn halves.
        permutedHead = config.ModelType == "llama" ? config.HeadSize : 0;
        foreach (var tensor in file.Tensors)
        {
            if (tensor.Name == GgufTensorNames.RopeFactors) continue;
            var name = GgufTensorNames.ToHuggingFace(tensor.Name);
            if (!byName.TryAdd(name, (new CheckpointTensor(name, tensor.StorageType, (long[])tensor.Shape, tensor.Offset, tensor.ByteCount), tensor.Name)))
                throw new W2srFormatException(file.Path, tensor.Name, $"and {byName[name].GgufName} both mean {name}. Convert the checkpoint again.");
        }
        Tensors = [.. byName.Values.Select(t => t.Tensor)];
    }

    public string Path => file.Path;

    public IReadOnlyList<CheckpointTensor> Tensors { get; }

    public CheckpointTensor? Find(string name) => byName.TryGetValue(name, out var found) ? found.Tensor : null;

    public long ReadInto(string name, Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(name);
        return byName.TryGetValue(name, out var found)
            ? file.ReadInto(found.GgufName, destination, GgufTensorNames.IsPermuted(name) ? permutedHead : 0)
            : throw new ArgumentException($"{Path} holds no tensor '{name}'.", nameof(name));
    }
}
