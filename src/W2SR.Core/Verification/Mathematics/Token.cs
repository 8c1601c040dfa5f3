namespace W2SR.Core.Verification.Mathematics;

/// <summary>What a <see cref="Token"/> is.</summary>
internal enum TokenKind : byte
{
    /// <summary>After the last token.</summary>
    End,

    /// <summary>Digits with perhaps a point and an exponent.</summary>
    Number,

    /// <summary>One letter, Latin or Greek by its command's name.</summary>
    Letter,

    /// <summary>Several letters that are no product of variables.</summary>
    Word,

    /// <summary>sin, ln and their like.</summary>
    Function,

    /// <summary>pi, e, i, infinity.</summary>
    Constant,

    /// <summary>One character; some stand for commands (<see cref="LatexCommands"/>).</summary>
    Symbol,

    /// <summary>frac, sqrt, binom, begin, end, overline and the like.</summary>
    Command,

    /// <summary>"and" between values.</summary>
    And,

    /// <summary>"or" between values.</summary>
    Or,

    /// <summary>Something that is no mathematics.</summary>
    Invalid,
}

/// <summary>One token of an answer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text without the backslash.</param>
/// <param name="HasSpace">True when a blank stands before it.</param>
/// <param name="IsText">True when it stood in a text command.</param>
/// <param name="IsPlain">True of a command or function that was written without backslash.</param>
internal readonly record struct Token(TokenKind Kind, string Text, bool HasSpace = false, bool IsText = false, bool IsPlain = false)
{
    public char Symbol => Kind == TokenKind.Symbol ? Text[0] : '\0';

    public bool Is(char symbol) => Kind == TokenKind.Symbol && Text[0] == symbol;

    public bool IsCommand(string name) => Kind == TokenKind.Command && Text == name;
}
