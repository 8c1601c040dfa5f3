namespace W2SR.Core.Verification;

/// <summary>Finds the final answer in a response. Linear in its length, pure, and never throws on a model's text.</summary>
/// <remarks>
/// In this order: the last <c>\boxed</c> or <c>\fbox</c> wherever it stands (of nested boxes the inner one); the last <c>#### x</c>; the last "answer is x" or
/// "answer: x"; the whole response when it is nothing but an answer. An empty box, or one that never closes, is no answer. Text after an
/// invented turn is ignored. docs/verification.md states the conventions.
/// </remarks>
public static class AnswerExtractor
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;

    /// <summary>Extracts the answer.</summary>
    /// <param name="response">What the model wrote.</param>
    /// <param name="allowLastExpression">Falls back to the last number or formula of the text, for other people's data; a reward should not.</param>
    public static ExtractedAnswer Extract(string response, bool allowLastExpression = false)
    {
        ArgumentNullException.ThrowIfNull(response);
        var end = InventedTurn.Find(response);
        var text = response.AsSpan(0, end < 0 ? response.Length : end);
        var (answer, rule) = Find(text, allowLastExpression);
        return new ExtractedAnswer(answer, rule, end >= 0);
    }

    private static (string?, ExtractionRule) Find(ReadOnlySpan<char> text, bool allowLastExpression)
    {
        if (LastBox(text, out var box)) return (Presence(box), ExtractionRule.Boxed);
        var marks = text.LastIndexOf("####", Ordinal);
        if (marks >= 0) return (Presence(FirstLine(text[(marks + 4)..])), ExtractionRule.HashMarks);
        if (LastStatement(text, out var stated)) return (Presence(stated), ExtractionRule.AnswerPhrase);
        if (BareAnswer.IsOne(text)) return (Presence(text), ExtractionRule.Bare);
        return allowLastExpression && BareAnswer.LastExpression(text) is { } last ? (last, ExtractionRule.LastExpression) : (null, ExtractionRule.None);
    }

    private static string? Presence(ReadOnlySpan<char> answer)
    {
        answer = TrimMarks(answer);
        return answer.IsEmpty ? null : answer.ToString();
    }

    /// <summary>Takes away blanks and marks that cannot be seen, at the ends only: between digits they are no part of a number.</summary>
    private static ReadOnlySpan<char> TrimMarks(ReadOnlySpan<char> text)
    {
        static bool IsBlank(char c) => char.IsWhiteSpace(c) || c is '\u200b' or '\u200c' or '\u200d' or '\u200e' or '\u200f' or '\ufeff' or '\u2060';
        while (!text.IsEmpty && IsBlank(text[0])) text = text[1..];
        while (!text.IsEmpty && IsBlank(text[^1])) text = text[..^1];
        return text;
    }

    private static ReadOnlySpan<char> FirstLine(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf('\n');
        return end < 0 ? text : text[..end];
    }

    /// <summary>Content of the last box; empty for one that never closes.</summary>
    private static bool LastBox(ReadOnlySpan<char> text, out ReadOnlySpan<char> content)
    {
        content = default;
        var at = Math.Max(text.LastIndexOf(@"\boxed", Ordinal), text.LastIndexOf(@"\fbox", Ordinal));
        if (at < 0) return false;
        var rest = text[(at + (text[at + 1] == 'b' ? 6 : 5))..].TrimStart();
        if (rest.IsEmpty) return true;
        if (rest[0] != '{')
        {
            // "\boxed 3", as some data sets write it: one word.
            var stop = rest.IndexOfAny(" \n\t$");
            content = stop < 0 ? rest : rest[..stop];
            return true;
        }
        var depth = 0;
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] == '\\') i++;
            else if (rest[i] == '{') depth++;
            else if (rest[i] == '}' && --depth == 0)
            {
                content = rest[1..i];
                return true;
            }
        }
        return true;
    }

    /// <summary>What follows the last "answer is" or "answer:".</summary>
    private static bool LastStatement(ReadOnlySpan<char> text, out ReadOnlySpan<char> stated)
    {
        stated = default;
        for (var before = text; ;)
        {
            var at = before.LastIndexOf("answer", AnyCase);
            if (at < 0) return false;
            var rest = text[(at + 6)..].TrimStart(" \t*_");
            if (rest.StartsWith(":", Ordinal)) rest = rest[1..];
            else if (rest.StartsWith("is", AnyCase) && (rest.Length == 2 || !char.IsLetter(rest[2]))) rest = rest[2..].TrimStart(" \t*_").TrimStart(':');
            else
            {
                before = before[..at];
                continue;
            }
            stated = Sentence(rest.TrimStart(" \t*_\r\n:"));
            return true;
        }
    }

    /// <summary>Up to the full stop (not a decimal point) or the line's end, whichever comes first outside of a formula.</summary>
    private static ReadOnlySpan<char> Sentence(ReadOnlySpan<char> text)
    {
        char closer = '\0';
        var length = text.Length;
        var lastDollar = -1;
        var lineEnd = -1;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && i + 1 < text.Length)
            {
                if (text[i + 1] is '(' or '[') closer = text[i + 1] == '(' ? ')' : ']';
                else if (text[i + 1] == closer) closer = '\0';
                i++;
            }
            else if (c == '$')
            {
                // A dollar that nothing closes on its line is money.
                if (closer == '$') closer = '\0';
                else if (closer == '\0')
                {
                    if (i > lineEnd)
                    {
                        lineEnd = i + FirstLine(text[i..]).Length;
                        lastDollar = text[..lineEnd].LastIndexOf('$');
                    }
                    if (lastDollar > i) closer = '$';
                }
                if (i + 1 < text.Length && text[i + 1] == '$') i++;
            }
            else if (closer != '\0') continue;
            else if (c == '\n' || (c == '.' && IsEnd(text, i)))
            {
                length = i;
                break;
            }
        }
        return text[..length].TrimEnd(" \t\r*_.");
    }

    private static bool IsEnd(ReadOnlySpan<char> text, int stop)
    {
        if (stop + 1 < text.Length && !char.IsWhiteSpace(text[stop + 1]) && text[stop + 1] is not ('*' or '"' or ')')) return false;
        // "a.m." and "sq." go on.
        var word = text[..stop];
        return stop + 1 == text.Length || !(word.EndsWith("a.m", AnyCase) || word.EndsWith("p.m", AnyCase) || word.EndsWith(" sq", AnyCase) || word.EndsWith(" no", AnyCase))
            || stop + 2 < text.Length && char.IsUpper(text[stop + 2]);
    }
}
