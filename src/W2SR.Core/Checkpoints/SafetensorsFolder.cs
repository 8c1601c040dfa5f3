using TorchSharp;
using W2SR.Core.Common;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>The weights of a Hugging Face folder: one <c>model.safetensors</c>, or shards named by <c>model.safetensors.index.json</c>.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class SafetensorsFolder : IWeightSource, IDisposable
{
    private readonly Dictionary<string, SafetensorsReader> readers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (SafetensorsReader Reader, CheckpointTensor Tensor)> byName = new(StringComparer.Ordinal);

    private SafetensorsFolder(string path)
    {
        Path = path;
        try
        {
            if (File.Exists(System.IO.Path.Combine(path, ShardIndex.SingleFile))) AddAll(ShardIndex.SingleFile);
            else if (File.Exists(System.IO.Path.Combine(path, ShardIndex.FileName))) AddShards();
            else throw new W2srFormatException(path, null, Directory.Exists(path) ? NoWeights(path) : "is no folder.");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>Every tensor, in the order of files and of numbers in them.</summary>
    public IReadOnlyList<CheckpointTensor> Tensors => [.. byName.Values.Select(t => t.Tensor)];

    /// <summary>Opens a folder and checks every header.</summary>
    /// <exception cref="W2srFormatException">There are no weights, a shard is absent or broken, or the index names files outside the folder or tensors that are not there.</exception>
    public static SafetensorsFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SafetensorsFolder(path);
    }

    /// <inheritdoc/>
    public CheckpointTensor? Find(string name) => byName.TryGetValue(name, out var found) ? found.Tensor : null;

    /// <summary><see cref="SafetensorsReader.Map"/> in the file that holds it.</summary>
    public Tensor Map(string name) => Holder(name).Map(name);

    /// <summary><see cref="SafetensorsReader.Read"/> in the file that holds it.</summary>
    public Tensor Read(string name) => Holder(name).Read(name);

    /// <inheritdoc/>
    public long ReadInto(string name, Tensor destination) => Holder(name).ReadInto(name, destination);

    /// <summary>Closes the files; mapped tensors stay valid.</summary>
    public void Dispose()
    {
        foreach (var reader in readers.Values) reader.Dispose();
        readers.Clear();
        byName.Clear();
    }

    private SafetensorsReader Holder(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return byName.TryGetValue(name, out var found) ? found.Reader : throw new ArgumentException($"{Path} holds no tensor '{name}'.", nameof(name));
    }

    private SafetensorsReader Add(string file) => readers[file] = SafetensorsReader.Open(System.IO.Path.Combine(Path, file));

    private void AddAll(string file)
    {
        var reader = Add(file);
        foreach (var tensor in reader.Tensors) byName.Add(tensor.Name, (reader, tensor));
    }

    private void AddShards()
    {
        var indexPath = System.IO.Path.Combine(Path, ShardIndex.FileName);
        var index = ShardIndex.Read(indexPath);
        var absent = index.Values.Distinct().Where(f => !File.Exists(System.IO.Path.Combine(Path, f))).Order(StringComparer.Ordinal).ToArray();
        if (absent.Length > 0)
            throw new W2srFormatException(indexPath, null, $"names {string.Join(", ", absent)}, which the folder does not hold. Was every shard downloaded?");
        foreach (var shard in index.GroupBy(i => i.Value, i => i.Key).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var reader = Add(shard.Key);
            var named = shard.ToHashSet(StringComparer.Ordinal);
            foreach (var tensor in reader.Tensors)
            {
                if (!named.Remove(tensor.Name))
                    throw new W2srFormatException(reader.Path, tensor.Name, $"is not what {ShardIndex.FileName} names here. Are the index and the shards of one checkpoint?");
                byName.Add(tensor.Name, (reader, tensor));
            }
            if (named.Count > 0)
                throw new W2srFormatException(reader.Path, null, $"lacks {string.Join(", ", named.Order(StringComparer.Ordinal).Take(8))}{(named.Count > 8 ? $" and {named.Count - 8} more" : "")}, which {ShardIndex.FileName} says it holds.");
        }
    }

    private static string NoWeights(string path) => Directory.EnumerateFiles(path, "pytorch_model*.bin").Any()
        ? "holds pytorch_model.bin, which is a Python program's own format. Convert it to safetensors (transformers: save_pretrained) or take a revision of the checkpoint that has them."
        : $"holds neither {ShardIndex.SingleFile} nor {ShardIndex.FileName}. Is it a Hugging Face model folder?";
}
