using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Models;

/// <summary>What an adapter does to one <see cref="Projection"/>.</summary>
internal interface IProjectionAdapter
{
    /// <summary>Replaces the base's bias; null leaves it. <c>[out]</c>, in the caller's dispose scope or the adapter's own.</summary>
    Tensor? Bias { get; }

    /// <summary>Adds the adapter's part.</summary>
    /// <param name="y"><c>[.., out]</c>: what the base gives.</param>
    /// <param name="x"><c>[.., in]</c>.</param>
    /// <returns><c>[.., out]</c>, in the caller's dispose scope.</returns>
    Tensor AddTo(Tensor y, Tensor x);
}
