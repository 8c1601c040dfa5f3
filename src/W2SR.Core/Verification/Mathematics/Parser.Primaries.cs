using System.Globalization;
using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <content>Primaries: letters, commands, functions and roots.</content>
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
            case "sum" or "prod":
                return Series(token.Text == "sum");
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
        var argument = Current.Is('(') || Current.Is('[') ? BracketedArgument() : Current.Is('{') ? Factor() : OpenArgument();
        if (argument is null) return null;
        depth--;
        if (name == "cis") return Node.Of(NodeKind.Add, Node.Named(NodeKind.Function, "cos", argument), Node.Of(NodeKind.Multiply, Node.Named(NodeKind.Constant, "i"), Node.Named(NodeKind.Function, "sin", argument)));
        if (name == "exp") return Node.Of(NodeKind.Power, Node.Named(NodeKind.Constant, "e"), argument);
        if (name == "lg") (name, basis) = ("log", Node.Number(10));
        if (name == "log" && argument is { Kind: NodeKind.Bracketed, Items: [var value, var radix] }) (argument, basis) = (value, radix);
        var isInverse = power is { Kind: NodeKind.Negate } && power[0].IsNumber && power[0].Value.IsOne;
        if (isInverse && name.Length == 3) (name, power) = ("arc" + name, null);
        var call = basis is null ? Node.Named(NodeKind.Function, name, argument) : Node.Named(NodeKind.Function, name, argument, basis);
        return power is null ? call : Node.Of(NodeKind.Power, call, power);
    }

    /// <summary>Only the bracket: what stands after it, such as a power, is applied to the function's value; a degree sign is the argument's.</summary>
    private Node? BracketedArgument()
    {
        var argument = Primary();
        if (argument is null || !IsDegreeAhead()) return argument;
        at += Current.Is('°') ? 1 : Ahead(1).Is('{') ? 4 : 2;
        return Node.Of(NodeKind.Degree, argument);
    }

    private bool IsDegreeAhead() => Current.Is('°') || (Current.Is('^') && (Ahead(1).Is('°') || (Ahead(1).Is('{') && Ahead(2).Is('°') && Ahead(3).Is('}'))));

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
}
