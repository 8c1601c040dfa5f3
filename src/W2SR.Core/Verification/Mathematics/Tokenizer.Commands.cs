namespace W2SR.Core.Verification.Mathematics;

/// <content>Commands with a backslash.</content>
internal ref partial struct Tokenizer
{
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
                if (meaning.Text[0] == LatexCommands.RowBreak) SkipLength();
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

    /// <summary>The extra height after a row break: "[4pt]".</summary>
    private void SkipLength()
    {
        if (Peek(0) != '[') return;
        var close = text[at..].IndexOf(']');
        if (close is < 3 or > 12) return;
        var inside = text[(at + 1)..(at + close)].Trim();
        if (inside.EndsWith("pt", StringComparison.Ordinal) || inside.EndsWith("ex", StringComparison.Ordinal) || inside.EndsWith("em", StringComparison.Ordinal)
            || inside.EndsWith("mm", StringComparison.Ordinal) || inside.EndsWith("cm", StringComparison.Ordinal) || inside.EndsWith("in", StringComparison.Ordinal))
            at += close + 1;
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
