using TorchSharp;

namespace W2SR.Core.Tensors;

/// <summary>Scalars that live as long as the process: TorchSharp does not keep a temporary one alive through the native call, and a collection on another thread can free it there.</summary>
internal static class Scalars
{
    public static readonly Scalar Zero = 0.0;

    public static readonly Scalar One = 1.0;

    public static readonly Scalar MinusOne = -1.0;
}
