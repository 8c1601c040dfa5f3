namespace W2SR.Core.Tensors;

/// <summary>A tensor does not have the shape, type or device that a method needs.</summary>
/// <remarks>Checked before the call: several of libtorch's own shape errors end the process instead of raising an exception.</remarks>
public sealed class ShapeException(string message) : ArgumentException(message);
