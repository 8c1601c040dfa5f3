using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>A sentence, or what stands on a line.</summary>
/// <param name="Start">Index of its first character in the response.</param>
/// <param name="Text">With its closing mark.</param>
internal readonly record struct Sentence(int Start, string Text)
{
    /// <summary>One behind its last character.</summary>
    public int End => Start + Text.Length;

    /// <summary>Whether a digit stands in it.</summary>
    public bool HasNumber => Text.AsSpan().ContainsAnyInRange('0', '9');

    /// <summary>Where it stands in the response.</summary>
    public TextSpan Span() => new(Start, End);

    /// <summary>Where a match in it stands in the response.</summary>
    public TextSpan Span(Match m) => new(Start + m.Index, Start + m.Index + m.Length);
}
