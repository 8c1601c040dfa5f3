namespace W2SR.Core.Prompts.Jinja;

/// <summary>What may follow a value: attributes, subscripts, calls, filters and tests.</summary>
internal sealed partial class Parser
{
    private Expr ParsePostfix(Expr node)
    {
        while (Current.Kind == TokenKind.Operator)
        {
            if (Current.Text is "." or "[")
                node = ParseSubscript(node);
            else if (Current.Text == "(")
                node = new Call(Current.Line, node, ParseArguments());
            else
                break;
        }
        return node;
    }

    private Expr ParseFilters(Expr node)
    {
        while (true)
        {
            if (TakeIfOperator("|"))
                node = ParseFilter(node);
            else if (Current.IsName("is"))
                node = ParseTest(node);
            else if (Current.IsOperator("("))
                node = new Call(Current.Line, node, ParseArguments());
            else
                return node;
        }
    }

    private Expr ParseSubscript(Expr node)
    {
        var token = Take();
        if (token.Text == ".")
        {
            var key = Take();
            return key.Kind switch
            {
                TokenKind.Name => new Attribute(token.Line, node, key.Text),
                TokenKind.Integer => new Item(token.Line, node, new Constant(key.Line, key.Value)),
                _ => throw Fail("expected name or number", key.Line),
            };
        }
        var keys = new List<Expr>();
        while (!Current.IsOperator("]"))
        {
            if (keys.Count > 0)
                ExpectOperator(",");
            keys.Add(ParseSubscriptKey());
        }
        ExpectOperator("]");
        return new Item(token.Line, node, keys.Count == 1 ? keys[0] : new TupleLiteral(token.Line, keys));
    }

    private Expr ParseSubscriptKey()
    {
        var line = Current.Line;
        Expr? start = null;
        if (!Current.IsOperator(":"))
        {
            start = ParseExpression();
            if (!Current.IsOperator(":"))
                return start;
        }
        Take();
        var stop = Current.IsOperator(":") || IsSliceEnd ? null : ParseExpression();
        var step = TakeIfOperator(":") && !IsSliceEnd ? ParseExpression() : null;
        return new Slice(line, start, stop, step);
    }

    private bool IsSliceEnd => Current.IsOperator("]") || Current.IsOperator(",");

    private ArgumentList ParseArguments()
    {
        var line = Take().Line;
        var positional = new List<Expr>();
        var named = new List<(string, Expr)>();
        Expr? spread = null;
        Expr? namedSpread = null;
        var isFirst = true;
        while (!Current.IsOperator(")"))
        {
            if (!isFirst)
                ExpectOperator(",");
            isFirst = false;
            if (Current.IsOperator(")"))
                break;
            bool isAllowed;
            if (TakeIfOperator("*"))
            {
                isAllowed = spread is null && namedSpread is null;
                spread = ParseExpression();
            }
            else if (TakeIfOperator("**"))
            {
                isAllowed = namedSpread is null;
                namedSpread = ParseExpression();
            }
            else if (Current.Kind == TokenKind.Name && Following.IsOperator("="))
            {
                isAllowed = namedSpread is null && !named.Exists(n => n.Item1 == Current.Text);
                var name = Take().Text;
                Take();
                named.Add((name, ParseExpression()));
            }
            else
            {
                isAllowed = spread is null && namedSpread is null && named.Count == 0;
                positional.Add(ParseExpression());
            }
            if (!isAllowed)
                throw Fail("invalid syntax for function call expression", line);
        }
        ExpectOperator(")");
        return new ArgumentList(positional, named, spread, namedSpread);
    }

    private string ParseDottedName()
    {
        var name = ExpectName().Text;
        while (TakeIfOperator("."))
            name += "." + ExpectName().Text;
        return name;
    }

    private FilterCall ParseFilter(Expr? input)
    {
        var line = Current.Line;
        var name = ParseDottedName();
        return new FilterCall(line, input, name, Current.IsOperator("(") ? ParseArguments() : ArgumentList.Empty);
    }

    private Expr ParseTest(Expr input)
    {
        var line = Take().Line;
        var isNegated = TakeIfName("not");
        var name = ParseDottedName();
        var arguments = ArgumentList.Empty;
        if (Current.IsOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (Current.Kind is TokenKind.Text or TokenKind.Integer or TokenKind.Float || Current.IsOperator("[") || Current.IsOperator("{")
                 || (Current.Kind == TokenKind.Name && Current.Text is not ("else" or "or" or "and")))
        {
            if (Current.IsName("is"))
                throw Fail("You cannot chain multiple tests with is", Current.Line);
            arguments = new ArgumentList([ParsePostfix(ParsePrimary(allowNamespace: false))], [], null, null);
        }
        Expr test = new TestCall(line, input, name, arguments);
        return isNegated ? new Unary(line, "not", test) : test;
    }
}
