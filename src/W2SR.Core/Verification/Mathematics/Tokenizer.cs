namespace W2SR.Core.Verification.Mathematics;

/// <summary>Cuts an answer, LaTeX or plain, into tokens. One pass, no backtracking.</summary>
internal ref partial struct Tokenizer
{
    private static readonly string[] Ascii = [.. Enumerable.Range(0, 128).Select(c => ((char)c).ToString())];

    private readonly ReadOnlySpan<char> text;
    private readonly List<Token> tokens;
    private readonly Stack<(bool WasText, bool IsSilent)> groups;
    private int at;
    private int brackets;
    private bool hasSpace;
    private bool isText;
    private bool nextGroupIsText;

    private Tokenizer(ReadOnlySpan<char> text)
    {
        this.text = text;
        tokens = new List<Token>(24);
        groups = new Stack<(bool, bool)>(4);
    }

    /// <summary>Cuts; null when the text is too long.</summary>
    public static List<Token>? Run(string text)
    {
        if (text.Length > WorkBudget.LongestAnswer) return null;
        var tokenizer = new Tokenizer(UnicodeForms.Fold(text));
        while (tokenizer.at < tokenizer.text.Length)
        {
            tokenizer.Next();
            if (tokenizer.tokens.Count > WorkBudget.MostTokens) return null;
        }
        return tokenizer.tokens;
    }

    private void Add(TokenKind kind, string value, bool isPlain = false)
    {
        tokens.Add(new Token(kind, value, hasSpace, isText, isPlain));
        hasSpace = false;
        nextGroupIsText = false;
    }

    private void AddSymbol(char c) => Add(TokenKind.Symbol, c < 128 ? Ascii[c] : c.ToString());

    private readonly char Peek(int ahead) => at + ahead < text.Length ? text[at + ahead] : '\0';

    private void Next()
    {
        var c = text[at];
        if (c is ' ' or '\n' or '\t' or '\r' or '~')
        {
            hasSpace = true;
            at++;
        }
        else if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1)))) Number();
        else if (c == '\\') Command();
        else if (char.IsLetter(c)) Letters();
        else Punctuation(c);
    }

    private void Punctuation(char c)
    {
        at++;
        switch (c)
        {
            case '$' or '"' or '`':
                return;
            case '{':
                // The braces of a text command group nothing.
                groups.Push((isText, nextGroupIsText));
                if (!nextGroupIsText) AddSymbol(c);
                isText |= nextGroupIsText;
                nextGroupIsText = false;
                return;
            case '}':
                if (groups.TryPop(out var group))
                {
                    isText = group.WasText;
                    if (group.IsSilent) return;
                }
                AddSymbol(c);
                return;
            case '(' or '[' or '⟦' or '⟨':
                brackets++;
                break;
            case ')' or ']' or '⟧' or '⟩':
                brackets--;
                break;
            case '*' when Peek(0) == '*':
                // Two stars are a power between operands and Markdown elsewhere.
                at++;
                if (tokens.Count > 0 && tokens[^1].Kind is TokenKind.Number or TokenKind.Letter && (char.IsAsciiLetterOrDigit(Peek(0)) || Peek(0) is '(' or '{' or '-' or '\\')) AddSymbol('^');
                return;
            case '<' when Peek(0) == '=':
                at++;
                c = '≤';
                break;
            case '>' when Peek(0) == '=':
                at++;
                c = '≥';
                break;
            case '!' when Peek(0) == '=':
                at++;
                c = '≠';
                break;
            case '=' when Peek(0) == '=':
                at++;
                break;
            case '.' when Peek(0) == '.' && Peek(1) == '.':
                at += 2;
                c = '…';
                break;
            case 'ℝ' or 'ℚ' or 'ℤ' or 'ℕ' or 'ℂ':
                Add(TokenKind.Command, "set" + c switch { 'ℝ' => 'R', 'ℚ' => 'Q', 'ℤ' => 'Z', 'ℕ' => 'N', _ => 'C' });
                return;
            case '∞':
                Add(TokenKind.Constant, "∞");
                return;
            default:
                if (UnicodeForms.TryFraction(c, out var fraction))
                {
                    Add(TokenKind.Command, $"{fraction.Numerator}/{fraction.Denominator}");
                    return;
                }
                if (c >= 128 && !"±∓≤≥≠∈∉∪∩∖∅°…∣‖⌊⌋⌈⌉√∛≈≡→¢£€".Contains(c, StringComparison.Ordinal))
                {
                    Add(TokenKind.Invalid, c.ToString());
                    return;
                }
                break;
        }
        AddSymbol(c);
    }

    private void Letters()
    {
        var start = at;
        if (UnicodeForms.TryGreek(text[at], out var greek))
        {
            at++;
            Add(TokenKind.Letter, greek);
            return;
        }
        if (text[at] == 'π')
        {
            at++;
            Add(TokenKind.Constant, "pi");
            return;
        }
        if (text[at] is 'ℝ' or 'ℚ' or 'ℤ' or 'ℕ' or 'ℂ')
        {
            Punctuation(text[at]);
            return;
        }
        if (BaseDigits(start) is { } digits)
        {
            Add(TokenKind.Word, digits);
            return;
        }
        while (at < text.Length && ((char.IsLetter(text[at]) && text[at] != 'π' && text[at] < 0x250) || (isText && text[at] == '\'') || (isText && text[at] == '-' && at > start && char.IsLetter(Peek(1))))) at++;
        if (at == start)
        {
            at++;
            Add(TokenKind.Letter, text[start..at].ToString());
            return;
        }
        Words.Classify(text[start..at], isText, out var known);
        // "40 min" are minutes, "min(2, 3)" is a function.
        if (known is { Kind: TokenKind.Function, Text: "max" or "min" or "gcd" or "lcm" } && !text[at..].TrimStart("} \\").StartsWith("(", StringComparison.Ordinal) && !text[at..].TrimStart("} ").StartsWith(@"\{", StringComparison.Ordinal)) known = (TokenKind.Word, known.Text);
        if (TimeSuffix(start) is { } suffix) Add(TokenKind.Word, suffix);
        else if (known.Text is not null) Add(known.Kind, known.Text, isPlain: true);
        else
            for (var i = start; i < at; i++)
                Add(text[i] is 'e' or 'i' ? TokenKind.Constant : TokenKind.Letter, text[i] < 128 ? Ascii[text[i]] : text[i].ToString());
    }

    /// <summary>am or pm, with or without dots.</summary>
    private string? TimeSuffix(int start)
    {
        var first = (char)(text[start] | 32);
        if (first is not ('a' or 'p')) return null;
        if (at - start == 2 && (text[start + 1] | 32) == 'm' && (isText || tokens.Count > 0 && tokens[^1].Kind == TokenKind.Number)) return first == 'a' ? "am" : "pm";
        if (at - start != 1 || Peek(0) != '.' || (Peek(1) | 32) != 'm') return null;
        at += 2;
        if (Peek(0) == '.') at++;
        return first == 'a' ? "am" : "pm";
    }
}
