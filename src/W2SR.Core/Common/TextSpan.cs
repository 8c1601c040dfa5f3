namespace W2SR.Core.Common;

/// <summary>A part of a text, in UTF-16 units.</summary>
/// <param name="Start">The first unit.</param>
/// <param name="End">One behind the last unit.</param>
public readonly record struct TextSpan(int Start, int End)
{
    /// <summary>Units in it.</summary>
    public int Length => End - Start;

    /// <summary>The text of the span.</summary>
    public string Of(string text) => text[Start..End];
}
