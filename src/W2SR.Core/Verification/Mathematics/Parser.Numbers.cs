using System.Globalization;
using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <content>Numbers: decimals, repeating decimals, mixed numbers.</content>
internal sealed partial class Parser
{
    /// <summary>A number, repeating decimals and mixed numbers among them.</summary>
    private Node? NumberPrimary(Token token)
    {
        if (Current.IsCommand("overline") && token.Text.Contains('.', StringComparison.Ordinal)) return Repeating(token.Text);
        var number = NumberOf(token);
        if (number is null || !number.Value.IsInteger || number.Places >= 0) return number;
        if (Current.Kind == TokenKind.Command && char.IsAsciiDigit(Current.Text[0])) return CommandPrimary(Current) is { } vulgar ? Node.Number(number.Value + vulgar.Value) : null;
        if (Current.IsCommand("frac") && IsSimpleFraction())
        {
            var start = at;
            var saved = (Current, Ahead(1), Ahead(2));
            at++;
            if (Argument() is { IsLiteral: true, Places: -1 } n && Argument() is { IsLiteral: true, Places: -1 } d && n.Value.CompareTo(d.Value) < 0 && n.Value.Sign > 0
                && (!Current.Is('^') || IsDegreeAhead()) && !Current.Is('!'))
                return Node.Number(number.Value + n.Value / d.Value);
            at = start;
            // Arguments of one digit shorten the token they stand in.
            if (at < tokens.Count) tokens[at] = saved.Item1;
            if (at + 1 < tokens.Count) tokens[at + 1] = saved.Item2;
            if (at + 2 < tokens.Count) tokens[at + 2] = saved.Item3;
        }
        else if (Current is { Kind: TokenKind.Number, HasSpace: true } && Ahead(1).Is('/') && Ahead(2).Kind == TokenKind.Number
            && NumberOf(Current) is { Places: -1 } above && NumberOf(Ahead(2)) is { Places: -1 } below && above.Value.CompareTo(below.Value) < 0)
        {
            at += 3;
            return Node.Number(number.Value + above.Value / below.Value);
        }
        return number;
    }

    /// <summary>Numerator and denominator are numbers, so that looking for a mixed number never reads further than them.</summary>
    private bool IsSimpleFraction()
    {
        int After(int i) => Ahead(i).Kind == TokenKind.Number ? i + 1 : Ahead(i).Is('{') && Ahead(i + 1).Kind == TokenKind.Number && Ahead(i + 2).Is('}') ? i + 3 : -1;
        if (Ahead(1).Kind == TokenKind.Number && Ahead(1).Text.Length > 1) return true;
        return After(1) is > 0 and var next && After(next) > 0;
    }

    /// <summary>Digits with a bar or dots over the part that repeats; of dotted digits the first and the last carry a dot.</summary>
    private Node? Repeating(string text)
    {
        if (Cycle() is not { } cycle) return null;
        while (Current.IsCommand("overline") || (Current is { Kind: TokenKind.Number, HasSpace: false } && Ahead(1).IsCommand("overline")))
        {
            if (Current.Kind == TokenKind.Number) cycle += tokens[at++].Text;
            if (Cycle() is not { } last) return null;
            cycle += last;
        }
        if (cycle.Length > 200 || !cycle.All(char.IsAsciiDigit)) return null;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var fixedDigits = text.Remove(point, 1);
        var places = text.Length - point - 1;
        var all = BigInteger.Parse("0" + fixedDigits + cycle, CultureInfo.InvariantCulture);
        var head = BigInteger.Parse("0" + fixedDigits, CultureInfo.InvariantCulture);
        return Node.Number(new BigRational(all - head, BigInteger.Pow(10, places) * (BigInteger.Pow(10, cycle.Length) - 1)));
    }

    /// <summary>The digits under one bar or dot; without braces it is over one digit.</summary>
    private string? Cycle()
    {
        if (!Current.IsCommand("overline")) return null;
        at++;
        if (!Take('{')) return Current is { Kind: TokenKind.Number, Text.Length: 1 } ? tokens[at++].Text : null;
        if (Current.Kind != TokenKind.Number) return null;
        var digits = tokens[at++].Text;
        return Take('}') ? digits : null;
    }

    /// <summary>The exact value of digits with perhaps a point and an exponent.</summary>
    private static Node? NumberOf(Token token)
    {
        var text = token.Text.AsSpan();
        var exponent = 0;
        var mark = text.IndexOf('e');
        if (mark >= 0)
        {
            if (text.Length - mark > 6) return null;
            exponent = int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..mark];
        }
        var point = text.IndexOf('.');
        var places = point < 0 ? 0 : text.Length - point - 1;
        var digits = point < 0 ? text.ToString() : string.Concat(text[..point], text[(point + 1)..]);
        if (digits.Length == 0) return null;
        var value = digits.Length < 10 ? (BigInteger)int.Parse(digits, CultureInfo.InvariantCulture) : BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        var shift = exponent - places;
        if (Math.Abs(shift) > 10_000) return null;
        var exact = shift == 0 ? (BigRational)value : shift > 0 ? value * BigInteger.Pow(10, shift) : new BigRational(value, BigInteger.Pow(10, -shift));
        return Node.Literal(exact, point < 0 && mark < 0 ? -1 : Math.Max(0, -shift));
    }
}
