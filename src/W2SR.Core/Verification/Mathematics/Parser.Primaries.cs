using System.Globalization;
using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <content>Numbers, groups, functions, roots, fractions and matrices.</content>
internal sealed partial class Parser
{
    private Node? Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                at++;
                return NumberPrimary(token);
            case TokenKind.Letter:
                at++;
                return Node.Named(NodeKind.Variable, token.Text);
            case TokenKind.Constant:
                at++;
                return Node.Named(NodeKind.Constant, token.Text);
            case TokenKind.Function:
                at++;
                return Function(token.Text);
            case TokenKind.Command:
                return CommandPrimary(token);
            case TokenKind.Word when Ahead(1).Is('_') && token.Text.All(c => char.IsAsciiDigit(c) || c is >= 'A' and <= 'Z') && token.Text.Any(char.IsAsciiDigit):
            case TokenKind.Word when BaseFollows():
                return Lettered(token.Text);
            case TokenKind.Symbol:
                return SymbolPrimary(token.Text[0]);
            default:
                return null;
        }
    }

    private bool BaseFollows() => Ahead(1).Is('_') || (Ahead(1).Is('}') && Ahead(2).Is('_'));

    /// <summary>Digits of a base above ten.</summary>
    private Node? Lettered(string digits)
    {
        at++;
        Take('}');
        if (!Take('_')) return null;
        var isBraced = Take('{');
        if (Current.Kind is not (TokenKind.Number or TokenKind.Word) || BaseOf(Current.Text) is not { } radix) return null;
        at++;
        if (isBraced && !Take('}')) return null;
        return Node.Named(NodeKind.BaseNumber, digits, Node.Number(radix));
    }

    private Node? SymbolPrimary(char symbol)
    {
        switch (symbol)
        {
            case '{':
                return Group();
            case '(' or '[' or '⟨':
                return Bracket();
            case LatexCommands.OpenSet:
                return SetInBraces();
            case '|' or '‖':
                {
                    at++;
                    absDepth++;
                    var inside = Sum();
                    absDepth--;
                    if (inside is null || !Take(symbol)) return null;
                    return inside.Kind == NodeKind.Matrix ? Node.Of(NodeKind.Determinant, inside) : Node.Of(NodeKind.Absolute, inside);
                }
            case '⌊' or '⌈':
                {
                    at++;
                    var inside = Sum();
                    return inside is not null && Take(symbol == '⌊' ? '⌋' : '⌉') ? Node.Of(symbol == '⌊' ? NodeKind.Floor : NodeKind.Ceiling, inside) : null;
                }
            case '√' or '∛':
                {
                    at++;
                    var radicand = Primary();
                    return radicand is null ? null : Node.Of(NodeKind.Root, radicand, Node.Number(symbol == '√' ? 2 : 3));
                }
            case '∅':
                at++;
                return Node.Of(NodeKind.EmptySet);
            case '…':
                at++;
                return Node.Of(NodeKind.Ellipsis);
            default:
                return null;
        }
    }

    private Node? CommandPrimary(Token token)
    {
        at++;
        switch (token.Text)
        {
            case "frac":
                return Argument() is { } numerator && Argument() is { } denominator ? Node.Of(NodeKind.Divide, numerator, denominator) : null;
            case "binom":
                return Argument() is { } n && Argument() is { } k ? Node.Of(NodeKind.Binomial, n, k) : null;
            case "binomial":
                return Bracket() is { Kind: NodeKind.Bracketed, Items: [var above, var below] } ? Node.Of(NodeKind.Binomial, above, below) : null;
            case "sqrt":
                return Root(token.IsPlain);
            case "cbrt":
                return Primary() is { } cube ? Node.Of(NodeKind.Root, cube, Node.Number(3)) : null;
            case "abs":
                return Primary() is { } inside ? Node.Of(NodeKind.Absolute, inside) : null;
            case "overline":
            case "mark":
                return Argument() is { HasVariable: true } marked ? marked : null;
            case "setR" or "setQ" or "setZ" or "setN" or "setC":
                while (Current.Is('^') && Ahead(1).Is('+')) return null;
                return Node.Named(NodeKind.NamedSet, token.Text[3..]);
        }
        if (token.Text.StartsWith("begin:", StringComparison.Ordinal)) return MatrixOf(token.Text[6..]);
        if (char.IsAsciiDigit(token.Text[0]))
        {
            var parts = token.Text.Split('/');
            return Node.Number(new BigRational(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture)));
        }
        return null;
    }

    private Node? Root(bool isPlain)
    {
        Node? index = Node.Number(2);
        if (!isPlain && Take('['))
        {
            index = Sum();
            if (index is null || !Take(']')) return null;
        }
        var radicand = isPlain ? Primary() : Argument();
        return radicand is null ? null : Node.Of(NodeKind.Root, radicand, index);
    }

    /// <summary>What TeX takes as an argument: a group, one command or one character, so of a number one digit.</summary>
    private Node? Argument()
    {
        var token = Current;
        if (token.Kind != TokenKind.Number || token.Text.Length == 1 || !char.IsAsciiDigit(token.Text[0]))
        {
            if (!Enter()) return null;
            var argument = Primary();
            depth--;
            return argument;
        }
        tokens[at] = token with { Text = token.Text[1..], HasSpace = false };
        return NumberOf(new Token(TokenKind.Number, token.Text[..1]));
    }

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
                && !Current.Is('^') && !Current.Is('!'))
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

    private Node? Repeating(string text)
    {
        at++;
        if (!Take('{') || Current.Kind != TokenKind.Number || !Current.Text.All(char.IsAsciiDigit)) return null;
        var cycle = tokens[at++].Text;
        if (!Take('}') || cycle.Length > 200) return null;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var fixedDigits = text.Remove(point, 1);
        var places = text.Length - point - 1;
        var all = BigInteger.Parse("0" + fixedDigits + cycle, CultureInfo.InvariantCulture);
        var head = BigInteger.Parse("0" + fixedDigits, CultureInfo.InvariantCulture);
        return Node.Number(new BigRational(all - head, BigInteger.Pow(10, places) * (BigInteger.Pow(10, cycle.Length) - 1)));
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

    /// <summary>A group in braces; a list in it is a set that lost its backslashes.</summary>
    private Node? Group()
    {
        if (!Take('{') || !Enter()) return null;
        if (Take('}')) return null;
        var inside = List('}');
        if (inside is not null && (Current.IsCommand("over") || Current.IsCommand("choose")))
        {
            var kind = tokens[at++].Text == "over" ? NodeKind.Divide : NodeKind.Binomial;
            inside = Sum() is { } below ? Node.Of(kind, inside, below) : null;
        }
        if (inside is null || !Take('}')) return null;
        depth--;
        return inside.Kind == NodeKind.Set && inside.Name == "," ? Node.Named(NodeKind.Set, "{", inside.Items) : inside;
    }

    /// <summary>Round, square or angle brackets: a grouping, a tuple or an interval.</summary>
    private Node? Bracket()
    {
        if (!Enter()) return null;
        var open = Current.Is('[') ? '[' : Current.Is('(') ? '(' : Current.Is('⟨') ? '⟨' : '\0';
        if (open == '\0') return null;
        at++;
        var saved = (absDepth, isBuilder);
        (absDepth, isBuilder) = (0, false);
        var inside = List(')');
        (absDepth, isBuilder) = saved;
        var close = Current.Is(')') ? ')' : Current.Is(']') ? ']' : Current.Is('⟩') ? '⟩' : '\0';
        if (inside is null || close == '\0' || (open == '⟨') != (close == '⟩')) return null;
        at++;
        depth--;
        if (inside.Kind == NodeKind.Set && inside.Name is "," && inside.Items.Length >= 2)
            return Node.Named(NodeKind.Bracketed, open == '⟨' ? "()" : $"{open}{close}", inside.Items);
        return (open == '[') == (close == ']') ? inside : null;
    }

    /// <summary>A function with its argument: a bracket, or the factors that follow.</summary>
    private Node? Function(string name)
    {
        if (!Enter()) return null;
        Node? power = null, basis = null;
        for (var i = 0; i < 2; i++)
        {
            if (power is null && Current.Is('^'))
            {
                at++;
                power = Current.Kind == TokenKind.Number ? NumberOf(tokens[at++]) : Argument();
                if (power is null) return null;
            }
            else if (basis is null && Current.Is('_'))
            {
                at++;
                basis = Current.Kind == TokenKind.Number && Current.Text.Length > 1 && Ahead(1).Is('(') ? NumberOf(tokens[at++]) : Argument();
                if (basis is null) return null;
            }
        }
        var argument = Current.Is('(') || Current.Is('{') || Current.Is('[') ? Factor() : OpenArgument();
        if (argument is null) return null;
        depth--;
        if (name == "exp") return Node.Of(NodeKind.Power, Node.Named(NodeKind.Constant, "e"), argument);
        if (name == "lg") (name, basis) = ("log", Node.Number(10));
        if (name == "log" && argument is { Kind: NodeKind.Bracketed, Items: [var value, var radix] }) (argument, basis) = (value, radix);
        var isInverse = power is { Kind: NodeKind.Negate } && power[0].IsNumber && power[0].Value.IsOne;
        if (isInverse && name.Length == 3) (name, power) = ("arc" + name, null);
        var call = basis is null ? Node.Named(NodeKind.Function, name, argument) : Node.Named(NodeKind.Function, name, argument, basis);
        return power is null ? call : Node.Of(NodeKind.Power, call, power);
    }

    private Node? OpenArgument()
    {
        var isNegative = false;
        while (Current.Is('-')) isNegative ^= tokens[at++].Is('-');
        var argument = Factor();
        while (argument is not null && Current.Kind is not TokenKind.Function && !Current.Is('(') && !Current.Is('[') && StartsFactor(IsBareNumber(argument)))
        {
            var next = Factor();
            argument = next is null ? null : Times(argument, next);
        }
        return argument is null || !isNegative ? argument : Node.Of(NodeKind.Negate, argument);
    }

    private Node? MatrixOf(string environment)
    {
        if (environment is not ("pmatrix" or "bmatrix" or "matrix" or "Bmatrix" or "vmatrix" or "Vmatrix" or "smallmatrix" or "array" or "tabular")) return null;
        if (!Enter()) return null;
        var entries = new List<Node>();
        var columns = -1;
        while (true)
        {
            if (Current.Kind == TokenKind.Command && Current.Text.StartsWith("end:", StringComparison.Ordinal)) break;
            var row = 0;
            do
            {
                if (Sum() is not { } entry) return null;
                entries.Add(entry);
                row++;
            }
            while (Take('&'));
            if (columns >= 0 && row != columns) return null;
            columns = row;
            if (!Take(LatexCommands.RowBreak)) break;
        }
        if (Current.Kind != TokenKind.Command || Current.Text != "end:" + environment || entries.Count == 0) return null;
        at++;
        depth--;
        var matrix = Node.Matrix(columns, [.. entries]);
        return environment == "vmatrix" ? Node.Of(NodeKind.Determinant, matrix) : matrix;
    }
}
