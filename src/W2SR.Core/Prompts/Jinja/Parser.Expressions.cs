namespace W2SR.Core.Prompts.Jinja;

/// <summary>Expressions, with Jinja's own order of binding: <c>or, and, not, comparisons, + -, ~, * / // %, **, unary</c>; all left-associative.</summary>
internal sealed partial class Parser
{
    private static void CheckAssignable(string name, int line)
    {
        if (name is "true" or "false" or "none" or "True" or "False" or "None")
            throw Fail($"can't assign to '{name}'", line);
    }

    private Expr ParseTarget(bool allowNamespace, string? end = null)
    {
        var target = ParseTuple(allowConditional: true, end, onlyPrimary: true, allowNamespace);
        CheckTarget(target);
        return target;
    }

    private static void CheckTarget(Expr target)
    {
        switch (target)
        {
            case Name or NamespaceReference:
                break;
            case TupleLiteral tuple:
                foreach (var item in tuple.Items)
                    CheckTarget(item);
                break;
            default:
                throw Fail($"can't assign to '{(target is Constant ? "const" : target.GetType().Name)}'", target.Line);
        }
    }

    private Expr ParseTuple(bool allowConditional = true, string? end = null, bool onlyPrimary = false, bool allowNamespace = false, bool isParenthesized = false)
    {
        var line = Current.Line;
        var items = new List<Expr>();
        var isTuple = false;
        while (true)
        {
            if (items.Count > 0)
                ExpectOperator(",");
            if (Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd || Current.IsOperator(")") || (end is not null && Current.IsName(end)))
                break;
            items.Add(onlyPrimary ? ParsePrimary(allowNamespace) : ParseExpression(allowConditional));
            if (!Current.IsOperator(","))
                break;
            isTuple = true;
        }
        if (isTuple)
            return new TupleLiteral(line, items);
        if (items.Count > 0)
            return items[0];
        return isParenthesized ? new TupleLiteral(line, items) : throw Fail($"Expected an expression, got '{Current.Describe()}'", Current.Line);
    }

    private Expr ParseExpression(bool allowConditional = true)
    {
        Enter();
        var expression = allowConditional ? ParseConditional() : ParseOr();
        _nesting--;
        return expression;
    }

    private Expr ParseConditional()
    {
        var line = Current.Line;
        var then = ParseOr();
        while (TakeIfName("if"))
        {
            var test = ParseOr();
            Expr? otherwise = null;
            if (TakeIfName("else"))
            {
                Enter();
                otherwise = ParseConditional();
                _nesting--;
            }
            then = new Conditional(line, test, then, otherwise);
            line = Current.Line;
        }
        return then;
    }

    private Expr ParseOr()
    {
        var left = ParseAnd();
        while (TakeIfName("or"))
            left = new Logical(left.Line, false, left, ParseAnd());
        return left;
    }

    private Expr ParseAnd()
    {
        var left = ParseNot();
        while (TakeIfName("and"))
            left = new Logical(left.Line, true, left, ParseNot());
        return left;
    }

    private Expr ParseNot()
    {
        if (!Current.IsName("not"))
            return ParseComparison();
        var line = Take().Line;
        Enter();
        var operand = ParseNot();
        _nesting--;
        return new Unary(line, "not", operand);
    }

    private Expr ParseComparison()
    {
        var line = Current.Line;
        var first = ParseSum();
        var rest = new List<(string, Expr)>();
        while (true)
        {
            if (Current.Kind == TokenKind.Operator && Current.Text is "==" or "!=" or "<" or "<=" or ">" or ">=")
                rest.Add((Take().Text, ParseSum()));
            else if (TakeIfName("in"))
                rest.Add(("in", ParseSum()));
            else if (Current.IsName("not") && Following.IsName("in"))
            {
                _next += 2;
                rest.Add(("not in", ParseSum()));
            }
            else
                return rest.Count == 0 ? first : new Comparison(line, first, rest);
        }
    }

    private Expr ParseSum()
    {
        var left = ParseConcat();
        while (Current.Kind == TokenKind.Operator && Current.Text is "+" or "-")
            left = new Binary(left.Line, Take().Text, left, ParseConcat());
        return left;
    }

    private Expr ParseConcat()
    {
        var first = ParseProduct();
        if (!Current.IsOperator("~"))
            return first;
        var items = new List<Expr> { first };
        while (TakeIfOperator("~"))
            items.Add(ParseProduct());
        return new Concat(first.Line, items);
    }

    private Expr ParseProduct()
    {
        var left = ParsePower();
        while (Current.Kind == TokenKind.Operator && Current.Text is "*" or "/" or "//" or "%")
            left = new Binary(left.Line, Take().Text, left, ParsePower());
        return left;
    }

    private Expr ParsePower()
    {
        var left = ParseUnary(withFilters: true);
        while (Current.IsOperator("**"))
            left = new Binary(left.Line, Take().Text, left, ParseUnary(withFilters: true));
        return left;
    }

    private Expr ParseUnary(bool withFilters)
    {
        Expr node;
        if (Current.Kind == TokenKind.Operator && Current.Text is "-" or "+")
        {
            var sign = Take();
            Enter();
            node = new Unary(sign.Line, sign.Text, ParseUnary(withFilters: false));
            _nesting--;
        }
        else
        {
            node = ParsePrimary(allowNamespace: false);
        }
        node = ParsePostfix(node);
        return withFilters ? ParseFilters(node) : node;
    }

    private Expr ParsePrimary(bool allowNamespace)
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                Take();
                switch (token.Text)
                {
                    case "true" or "True": return new Constant(token.Line, true);
                    case "false" or "False": return new Constant(token.Line, false);
                    case "none" or "None": return new Constant(token.Line, null);
                }
                return allowNamespace && TakeIfOperator(".") ? new NamespaceReference(token.Line, token.Text, ExpectName().Text) : new Name(token.Line, token.Text);
            case TokenKind.Text:
                Take();
                if (Current.Kind != TokenKind.Text)
                    return new Constant(token.Line, token.Text);
                var joined = new System.Text.StringBuilder(token.Text);
                while (Current.Kind == TokenKind.Text)
                    joined.Append(Take().Text);
                return new Constant(token.Line, joined.ToString());
            case TokenKind.Integer or TokenKind.Float:
                return new Constant(token.Line, Take().Value);
            case TokenKind.Operator when token.Text == "(":
                Take();
                Enter();
                var inner = ParseTuple(isParenthesized: true);
                _nesting--;
                ExpectOperator(")");
                return inner;
            case TokenKind.Operator when token.Text == "[": return ParseList();
            case TokenKind.Operator when token.Text == "{": return ParseDict();
            default: throw Fail($"unexpected '{token.Describe()}'", token.Line);
        }
    }

    private ListLiteral ParseList()
    {
        var line = Take().Line;
        var items = new List<Expr>();
        while (!Current.IsOperator("]"))
        {
            if (items.Count > 0)
                ExpectOperator(",");
            if (Current.IsOperator("]"))
                break;
            items.Add(ParseExpression());
        }
        ExpectOperator("]");
        return new ListLiteral(line, items);
    }

    private DictLiteral ParseDict()
    {
        var line = Take().Line;
        var pairs = new List<(Expr, Expr)>();
        while (!Current.IsOperator("}"))
        {
            if (pairs.Count > 0)
                ExpectOperator(",");
            if (Current.IsOperator("}"))
                break;
            var key = ParseExpression();
            ExpectOperator(":");
            pairs.Add((key, ParseExpression()));
        }
        ExpectOperator("}");
        return new DictLiteral(line, pairs);
    }

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
