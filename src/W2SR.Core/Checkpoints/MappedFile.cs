using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>
/// A file mapped into memory, which lives until its reader and every tensor over it are gone. The mapping is private: whoever writes
/// into such a tensor changes this process's copy of the page, never the file.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly List<MappedFile> Live = []; // few; also the root that keeps a mapping alive for its tensors

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly nint start;
    private readonly long length;
    private int users = 1;

    public MappedFile(string path)
    {
        file = MemoryMappedFile.CreateFromFile(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete), null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.CopyOnWrite);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        (start, length) = ((nint)pointer + (nint)view.PointerOffset, view.Capacity);
        lock (Gate) Live.Add(this);
    }

    /// <summary>True when an element of this size may be read at this offset without a copy.</summary>
    public bool IsAligned(long offset, int size) => (start + (nint)offset) % size == 0;

    /// <summary>A tensor over part of the file.</summary>
    public Tensor Tensor(long offset, long bytes, ReadOnlySpan<long> shape, ScalarType type)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + bytes, length); // the file shrank since its header was read
        lock (Gate) users++;
        try
        {
            return ExternalMemory.Wrap(start + (nint)offset, shape, type, &Release);
        }
        catch
        {
            Drop();
            throw;
        }
    }

    public void Dispose() => Drop();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint data)
    {
        MappedFile? owner;
        lock (Gate) owner = Live.Find(m => data >= m.start && data < m.start + (nint)m.length);
        owner?.Drop();
    }

    private void Drop()
    {
        lock (Gate)
        {
            if (--users > 0) return;
            Live.Remove(this);
        }
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
