using System.Text.RegularExpressions;

namespace W2SR.Core.Evaluation.Behaviours;

/// <summary>Reads the calculations of a text, and where each number stands first.</summary>
internal static partial class Equations
{
    /// <summary>All calculations with a number as their result, in the order of the text; of "17 * 24 = 340 + 68 = 408" the second alone.</summary>
    public static List<Equation> Find(string text)
    {
        var equations = new List<Equation>();
        for (var m = Calculation().Match(text); m.Success; m = Calculation().Match(text, m.Groups["value"].Index))
        {
            var value = m.Groups["value"];
            int end = value.Index + value.Length;
            if (!GoesOn().IsMatch(text.AsSpan(end, Math.Min(Ahead, text.Length - end))))
                equations.Add(new(m.Index, end, Times().Replace(m.Groups["left"].Value, "$1 * $2"), value.Value, value.Index, m.Groups["sign"].ValueSpan is "="));
        }
        return equations;
    }

    /// <summary>Every number with the index of its first appearance; numbers of steps and cases do not count.</summary>
    public static Dictionary<string, int> FirstMentions(string text)
    {
        var first = new Dictionary<string, int>();
        foreach (Match m in Mention().Matches(text))
            if (!m.Groups["label"].Success) first.TryAdd(m.Groups["n"].Value, m.Groups["n"].Index);
        return first;
    }

    /// <summary>Every number with the index of its last appearance.</summary>
    public static Dictionary<string, int> LastMentions(string text)
    {
        var last = new Dictionary<string, int>();
        foreach (Match m in Number().Matches(text)) last[m.Value] = m.Index;
        return last;
    }

    /// <summary>Values that an unknown was found to have: "x = 8 or x = 12".</summary>
    public static HashSet<string> Solutions(string text) => [.. Solved().Matches(text).Select(m => m.Groups["n"].Value)];

    /// <summary>Where an unknown is found first; null if nowhere.</summary>
    public static int? FirstSolution(string text) => Solved().Match(text) is { Success: true } m ? m.Index : null;

    /// <summary>The answers that a text states as such (boxed, "####", "the answer is"), or its last number.</summary>
    public static HashSet<string> Answers(string text)
    {
        HashSet<string> stated = [.. Answer().Matches(text).Select(m => m.Groups["n"].Value)];
        if (stated.Count == 0 && Number().Matches(text) is { Count: > 0 } numbers) stated.Add(numbers[^1].Value);
        return stated;
    }

    public static bool HasUnknown(string left) => Unknown().IsMatch(left);

    public static bool HasOperator(string left) => Operator().IsMatch(left);

    public static string[] Numbers(string text) => [.. Number().Matches(text).Select(m => m.Value)];

    private const int Ahead = 12;

    [GeneratedRegex(@"(?<left>(\\(cdot|times|frac|div|binom)|\b[a-z]\b|\d+(\.\d+)?|[-+−*/×÷·^(){}$%_ ])+)&?(?<sign>=|\bis\b|\bgives\b|\bmakes\b|\bleaves\b) ?\$?(?<value>\d+(\.\d+)?)", TraceText.Rules)]
    private static partial Regex Calculation();

    [GeneratedRegex(@"^[ $]*([+*/×÷·^−]|\\cdot|\\times|\\frac|-\s*(\d|\(|[a-z]\b)|\()", TraceText.Rules)]
    private static partial Regex GoesOn();

    [GeneratedRegex(@"(?<label>\b(step|part|stage|equation|case|phase) )?(?<n>\d+(\.\d+)?)", TraceText.Rules)]
    private static partial Regex Mention();

    [GeneratedRegex(@"(boxed\{\W{0,2}|#### \W?|\banswer( is)?:? \W{0,3})(?<n>\d+(\.\d+)?)", TraceText.Rules)]
    private static partial Regex Answer();

    [GeneratedRegex(@"\d+(\.\d+)?", TraceText.Rules)]
    private static partial Regex Number();

    [GeneratedRegex(@"(^|[^\\a-z])[a-z]([^a-z]|$)", TraceText.Rules)]
    private static partial Regex Unknown();

    [GeneratedRegex(@"[+*/×÷·^−]|\d ?- ?[\da-z(]|[a-z)] ?- ?\d|\\cdot|\\times|\\frac|\\binom", TraceText.Rules)]
    private static partial Regex Operator();

    [GeneratedRegex(@"(\d) x (\d)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Times();

    [GeneratedRegex(@"(^|[^a-z*/+^\d=-] ?)[a-z] ?= ?-?(?<n>\d+(\.\d+)?)(\W*$|[.,;:)]| (or|and|is|are|so|which|because|since)\b|\\\))", TraceText.Rules)]
    private static partial Regex Solved();
}
