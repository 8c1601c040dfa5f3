namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>A calculation and its result: "3 * 4 = 12", "x + 9 = 15", "4/7 of 28 is 16".</summary>
/// <param name="Start">Index of its first character in the response.</param>
/// <param name="End">One behind the last digit of the result.</param>
/// <param name="Left">What is calculated.</param>
/// <param name="Value">The result, as written.</param>
/// <param name="ValueStart">Index of the result.</param>
/// <param name="HasSign">Joined by "=", not by a word.</param>
internal readonly record struct Equation(int Start, int End, string Left, string Value, int ValueStart, bool HasSign)
{
    /// <summary>Letters that stand for a number.</summary>
    public bool HasUnknown => Equations.HasUnknown(Left);

    /// <summary>Something is calculated, not only named.</summary>
    public bool HasOperator => Equations.HasOperator(Left);

    /// <summary>The numbers of the left side.</summary>
    public string[] Operands => Equations.Numbers(Left);

    /// <summary>The left side without spaces and dollar signs, to compare with others.</summary>
    public string Key => string.Concat(Left.Where(c => !char.IsWhiteSpace(c) && c != '$'));

    /// <summary>The left side without its digits: what calculations of one form have in common.</summary>
    public string Shape => string.Concat(Key.Where(c => !char.IsAsciiDigit(c)));
}
