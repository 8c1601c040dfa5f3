using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>
/// Reads a GGUF file (versions 2 and 3) as it stands: its metadata and its tensors under GGUF's own names. Quantized blocks become
/// floating-point numbers a few thousand at a time, on every core, straight into the destination where it is float32 on the CPU.
/// </summary>
/// <remarks>Types: F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K. <c>Checkpoint</c> gives the same weights under Hugging Face's names. Not thread-safe.</remarks>
public sealed class GgufReader : IWeightSource, IDisposable
{
    private const long RunElements = 1 << 21;  // staged together where the destination is no float32 on the CPU
    private const int PieceElements = 1 << 15; // one core's piece of a run

    private readonly SafeFileHandle file;
    private readonly Dictionary<string, CheckpointTensor> byName;

    private GgufReader(string path, SafeFileHandle file, GgufHeader header)
    {
        Path = path;
        this.file = file;
        Version = header.Version;
        Metadata = header.Metadata;
        Tensors = header.Tensors;
        byName = header.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>The format's version: 2 or 3.</summary>
    public int Version { get; }

    /// <summary>The key-value pairs of the header.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>Every tensor under its GGUF name, in file order; shapes rows first, as PyTorch has them.</summary>
    public IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <summary>Opens a file and checks its header: lengths against the file, names, types, shapes, alignment and overlap.</summary>
    /// <exception cref="W2srFormatException">It cannot be read, the header is wrong, or a tensor is stored in a type that W2SR does not read.</exception>
    public static GgufReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = FileBytes.Open(path);
        try
        {
            return new GgufReader(path, file, GgufHeader.Read(file, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public CheckpointTensor? Find(string name) => byName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public long ReadInto(string name, Tensor destination) => ReadInto(name, destination, 0);

    /// <summary>Reads a tensor; rows of query and key projections can be put back into Hugging Face's order on the way.</summary>
    /// <param name="name">One of <see cref="Tensors"/>.</param>
    /// <param name="destination">As in <see cref="ReadInto(string, Tensor)"/>.</param>
    /// <param name="headSize">0 to keep the order. Otherwise rows come in heads of this size, in which llama.cpp's converter put row i + D/2 beside row i; that is undone.</param>
    internal unsafe long ReadInto(string name, Tensor destination, int headSize)
    {
        ArgumentNullException.ThrowIfNull(name);
        var tensor = Find(name) ?? throw new ArgumentException($"{Path} holds no tensor '{name}'.", nameof(name));
        ShapeCheck.Is(destination, (long[])tensor.Shape, name);
        if (!SafetensorsTypes.IsFloating(destination.dtype)) throw new ShapeException($"{name}: the file holds {tensor.StorageType}, the destination {destination.dtype}.");
        var type = GgufType.OfName(tensor.StorageType);
        var row = tensor.Shape.Count == 1 && headSize > 0 ? 1 : tensor.Shape[^1];
        if (headSize > 0 && (tensor.Count % (row * headSize) != 0 || row % type.BlockElements != 0))
            throw new W2srFormatException(Path, name, $"has shape [{string.Join(", ", tensor.Shape)}] ({type.Name}), which are no whole heads of {headSize} rows.");
        long piece = headSize > 0 ? row * headSize : Math.Max(type.BlockElements, PieceElements);
        var pieces = Math.Max(1, RunElements / piece);
        var produced = type.Plain ?? ScalarType.Float32;
        using var target = new LoadTarget(destination);
        long bad = 0;
        for (long at = 0; at < tensor.Count; at += pieces * piece)
        {
            var count = Math.Min(pieces * piece, tensor.Count - at);
            bad += target.Fill(at, count, produced, bytes =>
            {
                long found = 0;
                fixed (byte* start = bytes)
                {
                    var address = (nint)start; // lambdas cannot hold spans; the memory stays fixed until every piece is done
                    void Piece(long i)
                    {
                        var first = i * piece;
                        var elements = (int)Math.Min(piece, count - first);
                        var size = SafetensorsTypes.Size(produced);
                        var output = new Span<byte>((void*)(address + (nint)(first * size)), elements * size);
                        ReadPiece(tensor, type, at + first, (int)row, headSize, output);
                        Interlocked.Add(ref found, NonFinite.Count(output, produced));
                    }
                    var total = (count + piece - 1) / piece;
                    if (total == 1) Piece(0);
                    else RunAll(total, Piece);
                }
                return found;
            });
        }
        return bad;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private static void RunAll(long total, Action<long> piece)
    {
        try
        {
            Parallel.For(0, total, piece);
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<W2srFormatException>().FirstOrDefault() is { } first)
        {
            ExceptionDispatchInfo.Throw(first); // the file's trouble, not the loop's
        }
    }

    private void ReadPiece(CheckpointTensor tensor, GgufType type, long firstElement, int row, int headSize, Span<byte> output)
    {
        var elements = output.Length / (type.Plain is { } plain ? SafetensorsTypes.Size(plain) : sizeof(float));
        var from = tensor.Offset + firstElement / type.BlockElements * type.BlockBytes;
        if (type.Plain is not null && headSize == 0)
        {
            FileBytes.ReadExactly(file, Path, output, from);
            return;
        }
        var rented = ArrayPool<byte>.Shared.Rent(elements / type.BlockElements * type.BlockBytes);
        try
        {
            var stored = rented.AsSpan(0, elements / type.BlockElements * type.BlockBytes);
            FileBytes.ReadExactly(file, Path, stored, from);
            if (headSize == 0)
            {
                Dequantizer.Run(type, stored, MemoryMarshal.Cast<byte, float>(output));
                return;
            }
            int storedRow = row / type.BlockElements * type.BlockBytes, outputRow = output.Length / headSize;
            for (var r = 0; r < headSize; r++)
            {
                var source = stored.Slice((r % (headSize / 2) * 2 + r / (headSize / 2)) * storedRow, storedRow);
                var goal = output.Slice(r * outputRow, outputRow);
                if (type.Plain is not null) source.CopyTo(goal);
                else Dequantizer.Run(type, source, MemoryMarshal.Cast<byte, float>(goal));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
