namespace W2SR.Core.Tensors;

/// <summary>A float32 matrix as a product reads it.</summary>
/// <param name="Data">The first number.</param>
/// <param name="Stride">Numbers from one row in memory to the next.</param>
/// <param name="IsTransposed">Whether rows in memory are the columns of the product's operand.</param>
internal readonly unsafe record struct MatrixOperand(nint Data, long Stride, bool IsTransposed)
{
    /// <summary>The number in a row and column of the operand.</summary>
    public float* At(long row, long column) => (float*)Data + (IsTransposed ? column * Stride + row : row * Stride + column);
}
