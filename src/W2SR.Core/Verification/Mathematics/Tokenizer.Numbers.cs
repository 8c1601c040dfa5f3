namespace W2SR.Core.Verification.Mathematics;

/// <content>Numbers: thousands, decimals, exponents and the digits of other bases.</content>
internal ref partial struct Tokenizer
{
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
            var isRepeating = text[fraction..] is var rest && (rest.StartsWith(@"\overline", StringComparison.Ordinal) || rest.StartsWith(@"\bar", StringComparison.Ordinal) || rest.StartsWith(@"\dot", StringComparison.Ordinal) && !rest.StartsWith(@"\dots", StringComparison.Ordinal));
            if (fraction == at + 1 && RepeatingInBrackets(fraction) is > 0 and var close)
            {
                // "0.(3)": the digits in brackets repeat.
                Add(TokenKind.Number, clean + ".");
                Add(TokenKind.Command, "overline");
                AddSymbol('{');
                Add(TokenKind.Number, text[(fraction + 1)..close].ToString());
                AddSymbol('}');
                at = close + 1;
                return;
            }
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

    /// <summary>Where the bracket around digits that stands here closes, or 0.</summary>
    private readonly int RepeatingInBrackets(int p)
    {
        if (p >= text.Length || text[p] != '(') return 0;
        var close = Digits(p + 1);
        return close > p + 1 && close < text.Length && text[close] == ')' ? close : 0;
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
        var radix = (text[p] - '0') * 10 + text[p + 1] - '0';
        foreach (var digit in text[start..end])
            if (!char.IsAsciiDigit(digit) && digit - 'A' + 10 >= radix)
                return null;
        // A letter alone is a variable with an index, but in a text command.
        if (end - start == 1 && !isText) return null;
        at = end;
        return text[start..end].ToString();
    }
}
