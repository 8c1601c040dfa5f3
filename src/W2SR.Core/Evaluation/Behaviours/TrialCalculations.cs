using System.Text.RegularExpressions;
using W2SR.Core.Common;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Calculations that are tried for a wanted number: "19 + 33 + 4 = 56, too big. 33 - 19 + 4 = 18, no."</summary>
internal static partial class TrialCalculations
{
    private const int Fewest = 2;
    private const int Ahead = 40;

    /// <summary>The trials of a text, when it has at least two.</summary>
    public static IReadOnlyList<TextSpan> Find(TraceText text)
    {
        var failed = text.Equations.Where(e => e is { HasSign: true, HasOperator: true, HasUnknown: false, Operands.Length: > 1 } && Miss().IsMatch(text.Text.AsSpan(e.End, Math.Min(Ahead, text.Text.Length - e.End))))
            .Select(e => (Span: new TextSpan(e.Start, e.End), e.Key)).Where(e => !ParallelClauses.IsCheck(text, e.Span)).ToArray();
        return failed.Select(e => e.Key).Distinct().Count() >= Fewest ? [.. failed.Select(e => e.Span)] : [];
    }

    /// <summary>Whether a sentence is a line of such a list.</summary>
    public static bool IsLine(Sentence sentence) => Line().IsMatch(sentence.Text);

    [GeneratedRegex(@"^[^a-z0-9=+*/]*((which|that|this|it|but|and|so|is|'s|far|still|way|also|even|much|a bit|hmm)\W+)*(no|nope|not (it|enough|good|equal|what [a-z ]+|the (target|goal)( number)?|quite|\d+)"
        + @"|too (small|big|large|low|high|few|many|much|little)|(doesn't|does not) work|fails|(we|i|you|it) (must|have to|has to|need to|needs to|should) (also )?use [^.=]*)[^a-z0-9=]*($|[.,;!\n)])", TraceText.Rules)]
    private static partial Regex Miss();

    [GeneratedRegex(@"^\W*(or |and |then |maybe |try |trying )?\W{0,3}\d+(\.\d+)?\W{0,3}[-+*/×·÷]", TraceText.Rules)]
    private static partial Regex Line();
}
