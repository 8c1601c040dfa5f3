using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Tensors;

/// <summary>Tensors over memory that libtorch did not allocate, and the memory of tensors that it did.</summary>
internal static unsafe partial class ExternalMemory
{
    /// <summary>A CPU tensor over somebody's memory; nothing is copied.</summary>
    /// <param name="data">The first element, aligned to the type's size; must stay valid until <paramref name="release"/> was called with it.</param>
    /// <param name="shape">The tensor's shape.</param>
    /// <param name="type">The tensor's type.</param>
    /// <param name="release">Called once, on whichever thread drops the last view of the storage.</param>
    /// <returns>A tensor that belongs to the caller (and to its dispose scope).</returns>
    public static Tensor Wrap(nint data, ReadOnlySpan<long> shape, ScalarType type, delegate* unmanaged[Cdecl]<nint, void> release)
    {
        fixed (long* sizes = shape)
        {
            var handle = THSTensor_new(data, release, sizes, shape.Length, (sbyte)type, (sbyte)type, (int)DeviceType.CPU, 0, 0);
            return handle != 0 ? Tensor.UnsafeCreateTensor(handle) : throw new InvalidOperationException("libtorch could not wrap memory as a tensor.");
        }
    }

    /// <summary>The first element of a tensor on the CPU. The caller keeps the tensor alive while it uses the address.</summary>
    public static nint Address(Tensor tensor) => THSTensor_data(tensor.Handle);

    [LibraryImport("LibTorchSharp")]
    private static partial nint THSTensor_new(
        nint data, delegate* unmanaged[Cdecl]<nint, void> deleter, long* sizes, int rank, sbyte type, sbyte dtype, int deviceType, int deviceIndex, byte requiresGrad);

    [LibraryImport("LibTorchSharp")]
    private static partial nint THSTensor_data(nint handle);
}
