namespace W2SR.Core.Verification.Mathematics;

/// <summary>Compares answers as the text that their tokens hold: blanks, fonts, sizes and spellings of one command do not count.</summary>
internal static class TokenText
{
    /// <summary>Equal token by token; for words, case does not matter and spaces between letters neither.</summary>
    public static bool AreSame(List<Token> gold, List<Token> predicted, bool isText)
    {
        if (isText) return string.Equals(Join(gold), Join(predicted), StringComparison.OrdinalIgnoreCase);
        if (gold.Count != predicted.Count) return false;
        for (var i = 0; i < gold.Count; i++)
            if (gold[i].Kind != predicted[i].Kind || gold[i].Text != predicted[i].Text || gold[i].IsText != predicted[i].IsText
                || (gold[i].HasSpace != predicted[i].HasSpace && gold[i].Kind is TokenKind.Number or TokenKind.Word && i > 0 && gold[i - 1].Kind is TokenKind.Number or TokenKind.Word))
                return false;
        return true;
    }

    private static string Join(List<Token> tokens) => string.Concat(tokens.Where(t => !t.Is('{') && !t.Is('}') && !t.Is('.')).Select(t => t.Text));
}
