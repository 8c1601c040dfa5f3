using Microsoft.Win32.SafeHandles;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>
/// Reads one safetensors file. The header is read and checked when it is opened; numbers only when they are asked for, either mapped
/// (no copy) or into a tensor that exists already (no second copy).
/// </summary>
/// <remarks>https://huggingface.co/docs/safetensors. Not thread-safe. A file that is cut off by another program while mapped ends the process, as with any memory map.</remarks>
public sealed class SafetensorsReader : IWeightSource, IDisposable
{
    private const int ChunkElements = 1 << 20;

    private readonly SafeFileHandle file;
    private readonly Dictionary<string, CheckpointTensor> byName;
    private MappedFile? map;

    private SafetensorsReader(string path, SafeFileHandle file, SafetensorsHeader header)
    {
        Path = path;
        this.file = file;
        Tensors = header.Tensors;
        Metadata = header.Metadata;
        byName = header.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>Its tensors, in the order of their numbers in the file.</summary>
    public IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <summary>The header's <c>__metadata__</c>, such as format = pt.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header: limits, types, shapes, names, and that tensors tile the data without gap or overlap.</summary>
    /// <exception cref="W2srFormatException">It cannot be read, or the header is wrong; the message says where.</exception>
    public static SafetensorsReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = FileBytes.Open(path);
        try
        {
            return new SafetensorsReader(path, file, SafetensorsHeader.Read(file, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public CheckpointTensor? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>A tensor over the mapped file: nothing is copied, pages are read when they are touched. Writing into it changes memory, never the file.</summary>
    /// <param name="name">One of <see cref="Tensors"/>.</param>
    /// <returns>In the file's type and on the CPU, owned by the caller; it stays valid after the reader is disposed. Numbers that are not aligned in the file are copied.</returns>
    /// <exception cref="ArgumentException">There is no such tensor.</exception>
    /// <exception cref="W2srFormatException">libtorch has no such type.</exception>
    public Tensor Map(string name)
    {
        var (tensor, type) = Known(name);
        if (tensor.ByteCount > 0)
        {
            map ??= new MappedFile(Path);
            if (map.IsAligned(tensor.Offset, SafetensorsTypes.Size(type))) return map.Tensor(tensor.Offset, tensor.ByteCount, (long[])tensor.Shape, type);
        }
        return Read(name);
    }

    /// <summary>A copy in memory of its own.</summary>
    /// <param name="name">One of <see cref="Tensors"/>.</param>
    /// <returns>In the file's type and on the CPU, owned by the caller.</returns>
    /// <exception cref="ArgumentException">There is no such tensor.</exception>
    /// <exception cref="W2srFormatException">libtorch has no such type, or the file ended.</exception>
    public Tensor Read(string name)
    {
        var (tensor, type) = Known(name);
        var result = empty((long[])tensor.Shape, type);
        ReadInto(name, result);
        return result;
    }

    /// <inheritdoc/>
    public long ReadInto(string name, Tensor destination)
    {
        var (tensor, type) = Known(name);
        ShapeCheck.Is(destination, (long[])tensor.Shape, name);
        if (type != destination.dtype && !(SafetensorsTypes.IsFloating(type) && SafetensorsTypes.IsFloating(destination.dtype)))
            throw new ShapeException($"{name}: the file holds {tensor.StorageType}, the destination {destination.dtype}.");
        using var target = new LoadTarget(destination);
        long bad = 0, size = SafetensorsTypes.Size(type);
        for (long at = 0; at < tensor.Count; at += ChunkElements)
        {
            var count = Math.Min(ChunkElements, tensor.Count - at);
            bad += target.Fill(at, count, type, bytes =>
            {
                FileBytes.ReadExactly(file, Path, bytes, tensor.Offset + at * size);
                return NonFinite.Count(bytes, type);
            });
        }
        return bad;
    }

    /// <summary>Closes the file; mapped tensors stay valid until they are disposed.</summary>
    public void Dispose()
    {
        map?.Dispose();
        map = null;
        file.Dispose();
    }

    private (CheckpointTensor Tensor, ScalarType Type) Known(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var tensor = Find(name) ?? throw new ArgumentException($"{Path} holds no tensor '{name}'.", nameof(name));
        return (tensor, SafetensorsTypes.ToTorch(tensor.StorageType) ?? throw new W2srFormatException(Path, name,
            $"is stored as {tensor.StorageType}, which libtorch cannot hold here. Export the checkpoint as F32, F16 or BF16."));
    }
}
