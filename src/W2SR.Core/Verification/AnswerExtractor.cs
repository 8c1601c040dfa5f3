using System.Text.RegularExpressions;

namespace W2SR.Core.Verification;

/// <summary>Finds the final answer in a response.</summary>
/// <remarks>
/// The last <c>\boxed</c> or <c>\fbox</c> decides wherever it stands; else the last <c>#### x</c>; else the last "answer is x" or "answer: x";
/// else the whole response if it is one short line. An empty box, or one that never closes, is no answer.
/// </remarks>
public static partial class AnswerExtractor
{
    private const int LongestBareAnswer = 64;

    /// <summary>Extracts the answer.</summary>
    /// <param name="response">What the model wrote.</param>
    /// <returns>The answer's text as it stands there, or null, and the rule that decided.</returns>
    public static (string? Answer, ExtractionRule Rule) Extract(string response)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (LastBox(response) is { } box) return (Presence(box.Content), ExtractionRule.Boxed);
        if (Last(HashMarks(), response) is { } marked) return (Presence(marked), ExtractionRule.HashMarks);
        if (Last(AnswerPhrase(), response) is { } stated) return (Presence(stated.TrimEnd('.', ' ')), ExtractionRule.AnswerPhrase);
        var bare = response.Trim();
        return bare.Length is > 0 and <= LongestBareAnswer && !bare.Contains('\n', StringComparison.Ordinal) && !Prose().IsMatch(bare)
            ? (bare, ExtractionRule.Bare)
            : (null, ExtractionRule.None);
    }

    private static string? Presence(string? answer) => string.IsNullOrWhiteSpace(answer) ? null : answer.Trim();

    private static string? Last(Regex rule, string text)
    {
        string? last = null;
        foreach (Match match in rule.Matches(text)) last = match.Groups[1].Value;
        return last;
    }

    /// <summary>Content of the last box; null content for one that never closes.</summary>
    private static (string? Content, int Start)? LastBox(string text)
    {
        var at = Math.Max(text.LastIndexOf(@"\boxed", StringComparison.Ordinal), text.LastIndexOf(@"\fbox", StringComparison.Ordinal));
        if (at < 0) return null;
        var i = at + (text.AsSpan(at).StartsWith(@"\boxed", StringComparison.Ordinal) ? 6 : 5);
        while (i < text.Length && text[i] == ' ') i++;
        if (i >= text.Length) return (null, at);
        if (text[i] != '{')
        {
            // "\boxed 3", as some data sets write it: one word.
            var end = text.AsSpan(i).IndexOfAny(" \n\t$");
            return (end < 0 ? text[i..] : text[i..(i + end)], at);
        }
        var depth = 0;
        for (var j = i; j < text.Length; j++)
        {
            if (text[j] == '\\') { j++; continue; }
            if (text[j] == '{') depth++;
            else if (text[j] == '}' && --depth == 0) return (text[(i + 1)..j], at);
        }
        return (null, at);
    }

    [GeneratedRegex(@"####[ \t]*([^\n]+)", RegexOptions.NonBacktracking)]
    private static partial Regex HashMarks();

    [GeneratedRegex(@"answer(?: is|:)[ \t]*\**[ \t]*\$?([^\n$*]+)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AnswerPhrase();

    /// <summary>Two words of three letters or more: a sentence, not an answer.</summary>
    [GeneratedRegex(@"[A-Za-z]{3,}\s+(?:\S+\s+)*[A-Za-z]{3,}", RegexOptions.NonBacktracking)]
    private static partial Regex Prose();
}
