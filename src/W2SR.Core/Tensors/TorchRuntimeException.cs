namespace W2SR.Core.Tensors;

/// <summary>libtorch could not be loaded. The message says what to install.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">What the loader said.</param>
public sealed class TorchRuntimeException(string message, Exception? innerException = null) : Exception(message, innerException);
