namespace W2SR.Core.Prompts.Jinja;

/// <summary>Builds the tree of a template's statements. Refuses nesting that could exhaust the stack.</summary>
internal sealed partial class Parser
{
    private const int MaxNesting = 150;
    private readonly List<Token> _tokens;
    private readonly Stack<string[]> _ends = new();
    private readonly Stack<string> _tags = new();
    private int _next;
    private int _nesting;

    private Parser(List<Token> tokens) => _tokens = tokens;

    private Token Current => _tokens[_next];

    private Token Following => _tokens[Math.Min(_next + 1, _tokens.Count - 1)];

    public static IReadOnlyList<Stmt> Parse(string template)
    {
        var parser = new Parser(Lexer.Tokenize(template));
        return parser.ParseBody(null);
    }

    private static JinjaError Fail(string message, int line) => new(message, line);

    private Token Take()
    {
        var token = Current;
        if (token.Kind != TokenKind.End)
            _next++;
        return token;
    }

    private bool TakeIfName(string name)
    {
        var isIt = Current.IsName(name);
        if (isIt)
            _next++;
        return isIt;
    }

    private bool TakeIfOperator(string op)
    {
        var isIt = Current.IsOperator(op);
        if (isIt)
            _next++;
        return isIt;
    }

    private JinjaError Unexpected(string expected) => Current.Kind == TokenKind.End
        ? Fail($"unexpected end of template, expected '{expected}'.", Current.Line)
        : Fail($"expected token '{expected}', got '{Current.Describe()}'", Current.Line);

    private void ExpectOperator(string op)
    {
        if (!TakeIfOperator(op))
            throw Unexpected(op);
    }

    private Token ExpectName(string? name = null)
    {
        if (Current.Kind != TokenKind.Name || (name is not null && Current.Text != name))
            throw Unexpected(name ?? "name");
        return Take();
    }

    private void Expect(TokenKind kind)
    {
        if (Current.Kind != kind)
            throw Unexpected(new Token(kind, "", null, 0).Describe());
        _next++;
    }

    private void Enter()
    {
        if (++_nesting > MaxNesting)
            throw Fail($"the template is nested more than {MaxNesting} deep", Current.Line);
        Budget.EnsureStack();
    }

    private JinjaError UnknownTag(string? tag, int line)
    {
        var message = tag is null ? "Unexpected end of template." : $"Encountered unknown tag '{tag}'.";
        if (_ends.TryPeek(out var ends))
            message += $" Jinja was looking for the following tags: {string.Join(" or ", ends.Select(e => $"'{e}'"))}.";
        if (_tags.TryPeek(out var open))
            message += $" The innermost block that needs to be closed is '{open}'.";
        return Fail(message, line);
    }

    private List<Stmt> ParseBody(string[]? ends)
    {
        var body = new List<Stmt>();
        var output = new List<Expr>();
        if (ends is not null)
            _ends.Push(ends);
        while (Current.Kind != TokenKind.End)
        {
            var token = Take();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    output.Add(new TemplateText(token.Line, token.Text));
                    break;
                case TokenKind.VariableBegin:
                    output.Add(ParseTuple());
                    Expect(TokenKind.VariableEnd);
                    break;
                default:
                    Flush(body, output);
                    if (ends is not null && Current.Kind == TokenKind.Name && ends.Contains(Current.Text))
                    {
                        _ends.Pop();
                        return body;
                    }
                    body.Add(ParseStatement());
                    Expect(TokenKind.BlockEnd);
                    break;
            }
        }
        Flush(body, output);
        return ends is null ? body : throw UnknownTag(null, Current.Line);
    }

    private static void Flush(List<Stmt> body, List<Expr> output)
    {
        if (output.Count == 0)
            return;
        body.Add(new Output(output[0].Line, [.. output]));
        output.Clear();
    }

    /// <summary>The body of a block up to one of the end tags, which stays the current token.</summary>
    private List<Stmt> ParseBlock(params string[] ends)
    {
        TakeIfOperator(":");
        Expect(TokenKind.BlockEnd);
        return ParseBody(ends);
    }

    /// <summary>The body of a block with its end tag.</summary>
    private List<Stmt> ParseWholeBlock(string end)
    {
        var body = ParseBlock(end);
        Take();
        return body;
    }

    private Stmt ParseStatement()
    {
        if (Current.Kind != TokenKind.Name)
            throw Fail("tag name expected", Current.Line);
        var tag = Current;
        Enter();
        _tags.Push(tag.Text);
        Stmt statement;
        switch (tag.Text)
        {
            case "for": statement = ParseFor(); break;
            case "if": statement = ParseIf(); break;
            case "set": statement = ParseSet(); break;
            case "macro": statement = ParseMacro(); break;
            case "call": statement = ParseCallBlock(); break;
            case "generation": statement = ParseGeneration(); break;
            case "filter": statement = ParseFilterBlock(); break;
            case "with": statement = ParseWith(); break;
            case "print": statement = ParsePrint(); break;
            case "block": statement = ParseNamedBlock(); break;
            case "autoescape":
                Take();
                statement = new Autoescape(tag.Line, ParseExpression(), ParseWholeBlock("endautoescape"));
                break;
            case "break":
                Take();
                statement = new Break(tag.Line);
                break;
            case "continue":
                Take();
                statement = new Continue(tag.Line);
                break;
            case "include" or "import" or "from" or "extends":
                Take();
                while (Current.Kind is not (TokenKind.BlockEnd or TokenKind.End))
                    Take();
                statement = new OtherTemplate(tag.Line, tag.Text);
                break;
            default:
                _tags.Pop();
                throw UnknownTag(tag.Text, tag.Line);
        }
        _tags.Pop();
        _nesting--;
        return statement;
    }

    private For ParseFor()
    {
        var line = Take().Line;
        var target = ParseTarget(allowNamespace: false, end: "in");
        ExpectName("in");
        var source = ParseTuple(allowConditional: false, end: "recursive");
        var test = TakeIfName("if") ? ParseExpression() : null;
        var isRecursive = TakeIfName("recursive");
        var body = ParseBlock("endfor", "else");
        var otherwise = Take().Text == "else" ? ParseWholeBlock("endfor") : [];
        return new For(line, target, source, body, otherwise, test, isRecursive);
    }

    private If ParseIf()
    {
        var line = Take().Line;
        var branches = new List<(Expr, IReadOnlyList<Stmt>)>();
        while (true)
        {
            var test = ParseTuple(allowConditional: false);
            branches.Add((test, ParseBlock("elif", "else", "endif")));
            switch (Take().Text)
            {
                case "elif": continue;
                case "else": return new If(line, branches, ParseWholeBlock("endif"));
                default: return new If(line, branches, []);
            }
        }
    }

    private Stmt ParseSet()
    {
        var line = Take().Line;
        var target = ParseTarget(allowNamespace: true);
        if (TakeIfOperator("="))
            return new SetValue(line, target, ParseTuple());
        FilterCall? filter = null;
        while (TakeIfOperator("|"))
            filter = ParseFilter(filter);
        return new SetBlock(line, target, filter, ParseWholeBlock("endset"));
    }

    private (List<string> Parameters, List<Expr> Defaults) ParseSignature()
    {
        var parameters = new List<string>();
        var defaults = new List<Expr>();
        ExpectOperator("(");
        while (!Current.IsOperator(")"))
        {
            if (parameters.Count > 0)
                ExpectOperator(",");
            var token = ExpectName();
            CheckAssignable(token.Text, token.Line);
            if (parameters.Contains(token.Text))
                throw Fail($"duplicate argument '{token.Text}' in function definition", token.Line);
            if (TakeIfOperator("="))
                defaults.Add(ParseExpression());
            else if (defaults.Count > 0)
                throw Fail("non-default argument follows default argument", token.Line);
            parameters.Add(token.Text);
        }
        ExpectOperator(")");
        return (parameters, defaults);
    }

    private MacroDefinition ParseMacro()
    {
        var line = Take().Line;
        var name = ExpectName();
        CheckAssignable(name.Text, name.Line);
        var (parameters, defaults) = ParseSignature();
        return new MacroDefinition(line, new MacroSignature(line, name.Text, parameters, defaults, ParseWholeBlock("endmacro")));
    }

    private CallBlock ParseCallBlock()
    {
        var line = Take().Line;
        var (parameters, defaults) = Current.IsOperator("(") ? ParseSignature() : ([], []);
        if (ParseExpression() is not Call call)
            throw Fail("expected call", line);
        return new CallBlock(line, new MacroSignature(line, null, parameters, defaults, ParseWholeBlock("endcall")), call);
    }

    private Generation ParseGeneration()
    {
        var line = Take().Line;
        return new Generation(line, new MacroSignature(line, null, [], [], ParseWholeBlock("endgeneration")));
    }

    private FilterBlock ParseFilterBlock()
    {
        var line = Take().Line;
        var filter = ParseFilter(null);
        while (TakeIfOperator("|"))
            filter = ParseFilter(filter);
        return new FilterBlock(line, filter, ParseWholeBlock("endfilter"));
    }

    private With ParseWith()
    {
        var line = Take().Line;
        var bindings = new List<(Expr, Expr)>();
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (bindings.Count > 0)
                ExpectOperator(",");
            var target = ParseTarget(allowNamespace: false);
            ExpectOperator("=");
            bindings.Add((target, ParseExpression()));
        }
        return new With(line, bindings, ParseWholeBlock("endwith"));
    }

    private Output ParsePrint()
    {
        var line = Take().Line;
        var items = new List<Expr>();
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (items.Count > 0)
                ExpectOperator(",");
            items.Add(ParseExpression());
        }
        return new Output(line, items);
    }

    private Block ParseNamedBlock()
    {
        var line = Take().Line;
        var name = ExpectName().Text;
        var isScoped = TakeIfName("scoped");
        var isRequired = TakeIfName("required");
        var body = ParseWholeBlock("endblock");
        TakeIfName(name);
        if (isRequired && !body.All(s => s is Output o && o.Items.All(i => i is TemplateText t && PyText.TrimEnd(t.Text).Length == 0)))
            throw Fail("Required blocks can only contain comments or whitespace", line);
        return new Block(line, name, isScoped, isRequired, body);
    }
}
