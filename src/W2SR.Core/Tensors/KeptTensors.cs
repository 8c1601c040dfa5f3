using static TorchSharp.torch;

namespace W2SR.Core.Tensors;

/// <summary>Tensors that outlive whatever dispose scope is open where they are made, and are released together.</summary>
internal sealed class KeptTensors : IDisposable
{
    private readonly List<Tensor> tensors = [];

    /// <summary>Takes a tensor out of its dispose scope.</summary>
    /// <returns>The same tensor.</returns>
    public Tensor Keep(Tensor tensor)
    {
        tensors.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    /// <summary>Releases one before the others.</summary>
    public void Release(Tensor tensor)
    {
        tensors.RemoveAll(t => ReferenceEquals(t, tensor)); // Remove would compare numbers
        tensor.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in tensors) tensor.Dispose();
        tensors.Clear();
    }
}
