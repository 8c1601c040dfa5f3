using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>Produces a run of elements into memory.</summary>
/// <param name="bytes">To be filled wholly.</param>
/// <returns>How many of the numbers are NaN or infinite.</returns>
internal delegate long FillBytes(Span<byte> bytes);

/// <summary>
/// A tensor that is filled run by run in row-major order. Where it lies on the CPU, whole and of the type that is produced, runs go
/// straight into it; otherwise through one small staging tensor, so that there is never a second full copy.
/// </summary>
internal sealed unsafe class LoadTarget : IDisposable
{
    private readonly Tensor destination, flat;
    private readonly bool isWhole;
    private Tensor? staging;

    /// <param name="destination">Borrowed.</param>
    public LoadTarget(Tensor destination)
    {
        this.destination = destination;
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        isWhole = destination.is_contiguous();
        // Rare: a strided destination is filled whole on the side and copied at the end.
        flat = (isWhole ? destination.detach().view(-1) : empty([destination.numel()], destination.dtype, destination.device)).MoveToOuterDisposeScope();
        flat.DetachFromDisposeScope();
    }

    /// <summary>Fills elements from <paramref name="start"/> on.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="count">How many; up to 2 GiB of them in the produced type.</param>
    /// <param name="type">The type that is produced.</param>
    /// <param name="fill">Produces the elements.</param>
    /// <returns>What <paramref name="fill"/> gave.</returns>
    public long Fill(long start, long count, ScalarType type, FillBytes fill)
    {
        var size = SafetensorsTypes.Size(type);
        if (Memory(type) is var memory && memory != 0)
        {
            var bad = fill(new Span<byte>((void*)(memory + (nint)(start * size)), checked((int)(count * size))));
            GC.KeepAlive(flat);
            return bad;
        }
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        if (staging is null || staging.dtype != type || staging.NumberOfElements < count)
        {
            staging?.Dispose();
            staging = empty([count], type).DetachFromDisposeScope();
        }
        var run = new Span<byte>((void*)ExternalMemory.Address(staging), checked((int)(count * size)));
        var result = fill(run);
        flat.narrow(0, start, count).copy_(staging.narrow(0, 0, count));
        return result;
    }

    /// <summary>The memory to write numbers of this type to, or 0 where they must be converted or moved.</summary>
    public nint Memory(ScalarType type) => flat.dtype == type && flat.device_type == DeviceType.CPU && flat.NumberOfElements > 0 ? ExternalMemory.Address(flat) : 0;

    public void Dispose()
    {
        using (no_grad())
        using (NewDisposeScope())
        {
            if (!isWhole) destination.copy_(flat.view(destination.shape));
        }
        staging?.Dispose();
        flat.Dispose();
    }
}
