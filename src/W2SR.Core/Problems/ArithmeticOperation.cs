namespace W2SR.Core.Problems;

/// <summary>What is done with two numbers.</summary>
public enum ArithmeticOperation
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a - b; the larger number stands first.</summary>
    Subtract,

    /// <summary>a * b.</summary>
    Multiply,
}
