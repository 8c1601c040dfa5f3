using W2SR.Core.Common;
using W2SR.Core.Tensors;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>Named weights in files, read when they are asked for.</summary>
public interface IWeightSource
{
    /// <summary>The file or folder.</summary>
    string Path { get; }

    /// <summary>Every tensor, under its Hugging Face name.</summary>
    IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <summary>The tensor of this name, or null.</summary>
    CheckpointTensor? Find(string name);

    /// <summary>Reads a tensor into one that exists already, converting or dequantizing piece by piece.</summary>
    /// <param name="name">One of <see cref="Tensors"/>.</param>
    /// <param name="destination">Of the same shape, on any device; integers of the same type, floating-point numbers of any. Borrowed.</param>
    /// <returns>How many of the numbers are NaN or infinite.</returns>
    /// <exception cref="ArgumentException">There is no such tensor.</exception>
    /// <exception cref="ShapeException">The destination has another shape, or another kind of number.</exception>
    /// <exception cref="W2srFormatException">The numbers cannot be read.</exception>
    long ReadInto(string name, Tensor destination);
}
