namespace W2SR.Core.Tensors;

/// <summary>At the end of its scope, memory that tensors no longer use goes back to the system. Declared before whatever holds tensors, so that it comes last.</summary>
internal sealed class FreedMemory : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => TorchRuntime.ReturnFreedMemory();
}
