using W2SR.Core.Verification.Mathematics;

namespace W2SR.Core.Verification;

/// <summary>Tells an answer that stands alone from prose.</summary>
internal static class BareAnswer
{
    private const int LongestText = 2000;
    private const int MostWords = 7;

    /// <summary>True when the text is nothing but an answer: a formula, a number with its unit, a few words.</summary>
    public static bool IsOne(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.IsEmpty || text.Length > LongestText) return false;
        var words = 0;
        var shortWords = 0;
        var isFormula = text.Contains(@"\begin", StringComparison.Ordinal);
        if (!isFormula && text.Contains('\n') && text.Count('\n') > 2) return false;
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\\')
            {
                i++;
                while (i < text.Length && char.IsAsciiLetter(text[i])) i++;
                i = Math.Max(i, 1);
                if (i < text.Length && !char.IsAsciiLetter(text[i - 1])) i++;
                continue;
            }
            if (!char.IsAsciiLetter(text[i]))
            {
                i++;
                continue;
            }
            var start = i;
            while (i < text.Length && (char.IsAsciiLetter(text[i]) || text[i] == '\'')) i++;
            if (i - start >= 3 && !LatexCommands.TryPlain(text[start..i], out _)) words++;
            else shortWords++;
            // A full stop between words ends a sentence, and an answer is not several.
            if (i - start >= 2 && i + 2 < text.Length && text[i] == '.' && char.IsWhiteSpace(text[i + 1]) && char.IsUpper(text[i + 2])) return false;
        }
        return words <= MostWords && (words < 3 || shortWords + words < 6);
    }

    /// <summary>The last formula between dollars, or the last number; null when there is neither.</summary>
    public static string? LastExpression(ReadOnlySpan<char> text)
    {
        var close = text.LastIndexOf('$');
        if (close > 0)
        {
            var open = text[..close].LastIndexOf('$');
            if (open >= 0 && close - open > 1) return text[(open + 1)..close].Trim().ToString();
        }
        for (var end = text.Length; end > 0; end--)
        {
            if (!char.IsAsciiDigit(text[end - 1])) continue;
            var start = end - 1;
            while (start > 0 && (char.IsAsciiDigit(text[start - 1]) || (text[start - 1] is '.' or ',' or '/' && start > 1 && char.IsAsciiDigit(text[start - 2])))) start--;
            if (start > 0 && text[start - 1] == '-') start--;
            return text[start..end].ToString();
        }
        return null;
    }
}
