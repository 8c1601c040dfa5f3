namespace W2SR.Core.Verification.Mathematics;

/// <content>Percent signs, units and bases after a value.</content>
internal sealed partial class Parser
{
    /// <summary>A value with the percent sign, unit or base that follows it.</summary>
    private Node? Measured(Node value)
    {
        if (Take('%')) value = Node.Of(NodeKind.Percent, value);
        if (Current.Is('(') && Ahead(1) is { Kind: TokenKind.Word, Text: "base" }) return InBase(value, 2);
        if (Current is { Kind: TokenKind.Word, Text: "base" } && value.IsNumber) return InBase(value, 1);
        if (Current.Is('{') && Ahead(1).Is('(') && Ahead(2) is { Kind: TokenKind.Word, Text: "base" }) return InBase(value, 3);
        if (!IsUnitStart()) return value;
        if (IsUnitFraction()) return UnitFraction() is { } quotient ? Node.Named(NodeKind.WithUnit, Words.Unit(quotient) ?? quotient, value) : null;
        var unit = new System.Text.StringBuilder();
        var words = 0;
        var isPowerExpected = false;
        for (; at < tokens.Count; at++)
        {
            var token = Current;
            if (token.Kind == TokenKind.Word || (token.Kind is TokenKind.Letter or TokenKind.Constant && (token.IsText || unit.Length > 0)))
            {
                if (Words.IsNoUnit(token.Text) || ++words > 6) return null;
                unit.Append(token.Text.ToLowerInvariant());
            }
            else if (token.Kind == TokenKind.Symbol && token.Text[0] is '{' or '}' or '.' or '/' or '*' or '^' or '(' or '\'' or '-' or '¢' or '€' or '£')
            {
                // A closing bracket of a surrounding list is not the unit's.
                if (token.Is('}') && !Opened(at)) break;
                if (token.Is('(') && Ahead(1).Kind != TokenKind.Word && !(Ahead(1).Kind == TokenKind.Letter && Ahead(1).IsText)) return null;
                if (token.Text[0] is '/' or '^' or '¢' or '€' or '£') unit.Append(token.Text);
                isPowerExpected = token.Is('^') || (isPowerExpected && token.Text[0] is '{' or '-');
            }
            else if (token.Is(')') && unitParens > 0) unitParens--;
            else if (token.Kind == TokenKind.Number && isPowerExpected) unit.Append(token.Text);
            else break;
            if (token.Is('(')) unitParens++;
        }
        if (unit.Length == 0) return value;
        var name = unit.ToString();
        if (Words.Unit(name) == "%") return Node.Of(NodeKind.Percent, value);
        if (value.Kind == NodeKind.Percent) return value;
        return Node.Named(NodeKind.WithUnit, Words.Unit(name) ?? name, value);
    }

    private int unitParens;

    /// <summary>Is there an open brace before this closing one?</summary>
    private bool Opened(int close)
    {
        var level = 1;
        for (var i = close - 1; i >= 0; i--)
        {
            if (tokens[i].Is('}')) level++;
            else if (tokens[i].Is('{') && --level == 0) return i + 1 < tokens.Count && tokens[i + 1] is { Kind: TokenKind.Word } or { IsText: true } || (i > 0 && (tokens[i - 1].Is('^') || tokens[i].IsText));
        }
        return false;
    }

    private bool IsUnitStart()
    {
        if (IsUnitFraction()) return true;
        var i = at;
        while (i < tokens.Count && (tokens[i].Is('{') || tokens[i].Is('('))) i++;
        if (i >= tokens.Count) return false;
        var token = tokens[i];
        return token.Kind == TokenKind.Word || (token.Kind is TokenKind.Letter or TokenKind.Constant && token.IsText) || (i == at && token.Kind == TokenKind.Symbol && token.Text[0] is '¢' or '€' or '£')
            || (i == at && token.Is('/') && Ahead(1).Kind == TokenKind.Word);
    }

    /// <summary>A fraction of words, or of letters in text commands: miles over hour.</summary>
    private bool IsUnitFraction() => Current.IsCommand("frac") && Ahead(1).Is('{') && (Ahead(2).Kind == TokenKind.Word || Ahead(2) is { Kind: TokenKind.Letter, IsText: true });

    private string? UnitFraction()
    {
        at++;
        return UnitPart() is { } above && UnitPart() is { } below ? above + "/" + below : null;
    }

    private string? UnitPart()
    {
        if (!Take('{')) return null;
        var part = new System.Text.StringBuilder();
        while (Current.Kind is TokenKind.Word or TokenKind.Letter or TokenKind.Number || Current.Is('^')) part.Append(tokens[at++].Text.ToLowerInvariant());
        return part.Length > 0 && Take('}') ? part.ToString() : null;
    }

    private Node? InBase(Node value, int skip)
    {
        at += skip;
        if (BaseOf(Current.Text ?? "") is not { } radix) return null;
        at++;
        if (skip >= 2 && !Take(')')) return null;
        if (skip == 3 && !Take('}')) return null;
        return Based(value, radix.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
