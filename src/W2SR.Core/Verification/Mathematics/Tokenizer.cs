namespace W2SR.Core.Verification.Mathematics;

/// <summary>Cuts an answer, LaTeX or plain, into tokens. One pass, no backtracking.</summary>
internal ref struct Tokenizer
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
                if (tokens.Count > 0 && tokens[^1].Kind is TokenKind.Number or TokenKind.Letter && at < text.Length) AddSymbol('^');
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

    private void Number()
    {
        var start = at;
        var end = Digits(at);
        var clean = text[start..end].ToString();
        // Thousands: groups of exactly three digits after one to three; inside brackets a bare comma parts the entries.
        if (end - start is >= 1 and <= 3 && clean[0] != '0' && Separator(end) is > 0)
        {
            var grouped = clean;
            var p = end;
            while (Separator(p) is > 0 and var width && Digits(p + width) is var q && q - p - width == 3)
            {
                grouped += text[(p + width)..q].ToString();
                p = q;
            }
            // "1,234,56" is a list from its start.
            if (!(p < text.Length && text[p] == ',' && p + 1 < text.Length && char.IsAsciiDigit(text[p + 1])) && p > end) (clean, end) = (grouped, p);
        }
        at = end;
        if (Peek(0) == '.')
        {
            var fraction = Digits(at + 1);
            var isRepeating = text[fraction..] is var rest && (rest.StartsWith(@"\overline", StringComparison.Ordinal) || rest.StartsWith(@"\bar", StringComparison.Ordinal) || rest.StartsWith(@"\dot{", StringComparison.Ordinal));
            if (fraction > at + 1 || isRepeating)
            {
                clean += text[at..fraction].ToString();
                at = fraction;
            }
            // "5." ends in a full stop, before a unit too.
            else if (Peek(1) is '\\' or '\0' or ' ' or '}' or '/' or '*' or '$' && Peek(1) != '.' && !text[(at + 1)..].StartsWith(@"\dots", StringComparison.Ordinal)) at++;
        }
        if (Peek(0) is 'e' or 'E' && (char.IsAsciiDigit(Peek(1)) || (Peek(1) is '+' or '-' && char.IsAsciiDigit(Peek(2)))))
        {
            var exponent = Digits(at + 2);
            clean += "e" + text[(at + 1)..exponent].ToString();
            at = exponent;
        }
        else if (BaseDigits(start) is { } digits)
        {
            Add(TokenKind.Word, digits);
            return;
        }
        Add(TokenKind.Number, clean);
    }

    private readonly int Digits(int from)
    {
        while (from < text.Length && char.IsAsciiDigit(text[from])) from++;
        return from;
    }

    /// <summary>Width of a thousands separator that stands here, or 0.</summary>
    private readonly int Separator(int p)
    {
        var rest = text[p..];
        if (rest.StartsWith("{,}", StringComparison.Ordinal)) return 3;
        if (rest.StartsWith(@",\!", StringComparison.Ordinal)) return 3;
        if (rest.StartsWith(@"{,\!}", StringComparison.Ordinal)) return 5;
        if (rest.StartsWith(@"\,", StringComparison.Ordinal) || rest.StartsWith(@"\ ", StringComparison.Ordinal) || rest.StartsWith(@"\!", StringComparison.Ordinal)) return 2;
        return brackets <= 0 && rest.StartsWith(",", StringComparison.Ordinal) ? 1 : 0;
    }

    /// <summary>Digits of a base above ten ("A5" before an underscore and a number), or null.</summary>
    private string? BaseDigits(int start)
    {
        var end = start;
        var letters = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is >= 'A' and <= 'Z')) letters += char.IsAsciiDigit(text[end++]) ? 0 : 1;
        if (letters == 0 || end >= text.Length) return null;
        var p = end;
        while (p < text.Length && text[p] is '}' or ')' or ' ') p++;
        if (p >= text.Length || text[p] != '_') return null;
        p++;
        while (p < text.Length && text[p] is '{' or ' ') p++;
        if (Digits(p) - p != 2) return null;
        at = end;
        return text[start..end].ToString();
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

    private void Command()
    {
        at++;
        if (at >= text.Length) return;
        var start = at;
        while (at < text.Length && char.IsAsciiLetter(text[at])) at++;
        if (at == start) at++;
        var name = text[start..at];
        if (name is [' '])
        {
            hasSpace = true;
            return;
        }
        if (!LatexCommands.TryCommand(name, out var meaning))
        {
            Add(char.IsAsciiLetter(name[0]) ? TokenKind.Command : TokenKind.Invalid, name.ToString());
            return;
        }
        switch (meaning.Role)
        {
            case LatexCommands.Role.Ignored:
                if (name is "left" or "right" && Peek(0) == '.') at++;
                if (name is "quad" or "qquad") hasSpace = true;
                break;
            case LatexCommands.Role.Text:
                nextGroupIsText = true;
                break;
            case LatexCommands.Role.Symbol:
                if (meaning.Text[0] is '⟦' or '⟨') brackets++;
                else if (meaning.Text[0] is '⟧' or '⟩') brackets--;
                Add(TokenKind.Symbol, meaning.Text);
                break;
            case LatexCommands.Role.Letter:
                Add(TokenKind.Letter, meaning.Text);
                break;
            case LatexCommands.Role.Function:
                Add(TokenKind.Function, meaning.Text);
                break;
            case LatexCommands.Role.Constant:
                Add(TokenKind.Constant, meaning.Text);
                break;
            case LatexCommands.Role.And:
                Add(TokenKind.And, "and");
                break;
            case LatexCommands.Role.Or:
                Add(TokenKind.Or, "or");
                break;
            case LatexCommands.Role.Environment:
                Environment(meaning.Text);
                break;
            case LatexCommands.Role.Blackboard:
                Blackboard();
                break;
            case LatexCommands.Role.SkipArgument:
                Group();
                break;
            default:
                Add(TokenKind.Command, meaning.Text);
                break;
        }
    }

    /// <summary>The text of a braced group that follows, which is skipped.</summary>
    private ReadOnlySpan<char> Group()
    {
        while (Peek(0) == ' ') at++;
        if (Peek(0) != '{') return default;
        var close = text[at..].IndexOf('}');
        if (close < 0) return default;
        var inside = text[(at + 1)..(at + close)];
        at += close + 1;
        return inside;
    }

    private void Environment(string command)
    {
        var name = Group().Trim().TrimEnd('*').ToString();
        if (command == "begin" && name is "array" or "tabular") Group();
        Add(TokenKind.Command, command == "begin" ? "begin:" + name : "end:" + name);
    }

    private void Blackboard()
    {
        var name = Group().Trim();
        if (name.IsEmpty && at < text.Length) name = text.Slice(at++, 1);
        Add(TokenKind.Command, "set" + name.ToString());
    }
}
