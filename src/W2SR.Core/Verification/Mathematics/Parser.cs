namespace W2SR.Core.Verification.Mathematics;

/// <summary>Recursive descent over the tokens of one answer. Returns null where it does not understand; depth is bounded.</summary>
internal sealed partial class Parser
{
    private readonly List<Token> tokens;
    private int at;
    private int depth;
    private int absDepth;
    private bool isBuilder;

    private Parser(List<Token> tokens) => this.tokens = tokens;

    private Token Current => at < tokens.Count ? tokens[at] : default;

    private Token Ahead(int n) => at + n < tokens.Count ? tokens[at + n] : default;

    /// <summary>Reads a whole answer.</summary>
    public static Node? Parse(List<Token> tokens)
    {
        // A final full stop or comma belongs to the sentence.
        while (tokens.Count > 0 && tokens[^1] is { Kind: TokenKind.Symbol } last && last.Text[0] is '.' or ',' or ';' or ':' or LatexCommands.RowBreak) tokens.RemoveAt(tokens.Count - 1);
        if (tokens.Count == 0) return null;
        var parser = new Parser(tokens);
        var node = parser.List('\0');
        return parser.at == tokens.Count ? node : null;
    }

    private bool Take(char symbol)
    {
        if (!Current.Is(symbol)) return false;
        at++;
        return true;
    }

    private bool Enter() => ++depth <= WorkBudget.DeepestNesting;

    /// <summary>Additive: terms with signs and plus/minus between them.</summary>
    private Node? Sum()
    {
        if (!Enter()) return null;
        var terms = new List<Node>(2);
        Node? sum = null;
        for (var first = true; ; first = false)
        {
            var sign = '+';
            var signs = 0;
            while (Current.Kind == TokenKind.Symbol && Current.Text[0] is '+' or '-' or '±' or '∓')
            {
                var next = Current.Text[0];
                sign = next is '±' or '∓' ? '±' : next == '-' ? sign == '-' ? '+' : sign == '±' ? '±' : '-' : sign;
                at++;
                if (++signs > 4) return null;
            }
            if (!first && signs == 0) break;
            if (!first && signs > 2) return null;
            var term = Product();
            if (term is null) return null;
            if (sign == '±')
            {
                var middle = terms.Count == 0 ? null : Join(terms);
                terms.Clear();
                terms.Add(middle is null ? Node.Of(NodeKind.PlusMinus, term) : Node.Of(NodeKind.PlusMinus, middle, term));
            }
            else terms.Add(sign == '-' ? Node.Of(NodeKind.Negate, term) : term);
        }
        sum = Join(terms);
        depth--;
        return sum;
    }

    private static Node Join(List<Node> terms) => terms.Count == 1 ? terms[0] : Node.Of(NodeKind.Add, [.. terms]);

    /// <summary>Factors with explicit or silent multiplication; division binds to the left.</summary>
    private Node? Product()
    {
        var left = Factor();
        if (left is null) return null;
        var isLiteral = IsBareNumber(left);
        while (true)
        {
            if (Current.Is('*') || Current.Is('/'))
            {
                var isDivision = Current.Is('/');
                if (isDivision && Ahead(1).Kind == TokenKind.Word) return left;
                at++;
                var isNegative = false;
                while (Current.Is('-') || Current.Is('+')) isNegative ^= tokens[at++].Is('-');
                var right = Factor();
                if (right is null) return null;
                if (isNegative) right = Node.Of(NodeKind.Negate, right);
                left = isDivision ? Node.Of(NodeKind.Divide, left, right) : Times(left, right);
                isLiteral = false;
            }
            else if (StartsFactor(isLiteral))
            {
                var right = Factor();
                if (right is null) return null;
                left = Times(left, right);
                isLiteral = false;
            }
            else return left;
        }
    }

    private static bool IsBareNumber(Node node) => node.IsLiteral && node.IsNumber;

    private static Node Times(Node left, Node right) =>
        left.Kind == NodeKind.Multiply ? Node.Of(NodeKind.Multiply, [.. left.Items, right]) : Node.Of(NodeKind.Multiply, left, right);

    private bool StartsFactor(bool afterNumber)
    {
        var token = Current;
        return token.Kind switch
        {
            TokenKind.Number => !afterNumber && !(at > 0 && tokens[at - 1].Kind == TokenKind.Number),
            TokenKind.Letter => !IsUnitLetter(token, afterNumber),
            TokenKind.Function => true,
            TokenKind.Constant => true,
            TokenKind.Command => token.Text is "sqrt" or "binom" or "mark" or "overline" or "cbrt" or "abs" or "sum" or "prod" || (token.Text == "frac" && !IsUnitFraction()) || token.Text.StartsWith("begin:", StringComparison.Ordinal) || (char.IsAsciiDigit(token.Text[0]) && !afterNumber),
            TokenKind.Symbol => token.Text[0] switch
            {
                '(' => Ahead(1).Kind != TokenKind.Word || Ahead(1).Text != "base" && !(Words.Unit(Ahead(1).Text) is not null && Ahead(2).Is(')')),
                '{' or '√' or '∛' or '⌊' or '⌈' => true,
                '[' => !afterNumber,
                '|' => absDepth == 0 && !isBuilder && afterNumber,
                _ => false,
            },
            _ => false,
        };
    }

    /// <summary>A letter of a text command after a value is a unit, but for i and e.</summary>
    private bool IsUnitLetter(Token token, bool afterNumber) => token.IsText && (afterNumber || at > 0 && !tokens[at - 1].IsText);

    /// <summary>A primary with everything that follows it: powers, factorials, degrees.</summary>
    private Node? Factor()
    {
        if (!Enter()) return null;
        var node = Primary();
        while (node is not null)
        {
            if (Current.Is('!') && !Ahead(1).Is('!'))
            {
                at++;
                node = Node.Of(NodeKind.Factorial, node);
            }
            else if (Current.Is('%') && Ahead(1).Is('*'))
            {
                at++;
                node = Node.Of(NodeKind.Percent, node);
            }
            else if (Current.Is('°'))
            {
                at++;
                node = Node.Of(NodeKind.Degree, node);
            }
            else if (Current.Is('\'') && node.Kind == NodeKind.Variable)
            {
                at++;
                node = Node.Named(NodeKind.Variable, node.Name + "'");
            }
            else if (Current.Is('^')) node = Exponent(node);
            else if (Current.Is('_')) node = Subscript(node);
            else break;
        }
        depth--;
        return node;
    }

    private Node? Exponent(Node basis)
    {
        at++;
        if (Take('°')) return Node.Of(NodeKind.Degree, basis);
        if (Current.Is('{') && Ahead(1).Is('°') && Ahead(2).Is('}'))
        {
            at += 3;
            return Node.Of(NodeKind.Degree, basis);
        }
        var mark = at;
        if (Current.Is('{')) mark++;
        if (mark < tokens.Count && tokens[mark].Is('\'') && basis.Kind == NodeKind.Variable)
        {
            var primes = 0;
            for (at = mark; Take('\''); primes++) { }
            if (mark > 0 && tokens[mark - 1].Is('{') && !Take('}')) return null;
            return Node.Named(NodeKind.Variable, basis.Name + new string('\'', primes));
        }
        var isNegative = false;
        while (Current.Is('-') || Current.Is('+')) isNegative ^= tokens[at++].Is('-');
        // "x^10" is meant as a power of ten even where TeX would take one digit; a factor of its own needs a blank or braces.
        var exponent = Current.Kind switch
        {
            TokenKind.Number => NumberOf(tokens[at++]),
            TokenKind.Symbol when Current.Is('{') => Group(),
            _ => Argument(),
        };
        if (exponent is null) return null;
        if (Current.Is('^')) exponent = Exponent(exponent);
        if (exponent is null) return null;
        return Node.Of(NodeKind.Power, basis, isNegative ? Node.Of(NodeKind.Negate, exponent) : exponent);
    }

    /// <summary>A variable's index, or the base of a number.</summary>
    private Node? Subscript(Node node)
    {
        at++;
        var start = at;
        if (Current.Is('{'))
        {
            var level = 0;
            do
            {
                if (at >= tokens.Count) return null;
                if (Current.Is('{')) level++;
                else if (Current.Is('}')) level--;
                at++;
            }
            while (level > 0);
        }
        else if (Current.Kind == TokenKind.End) return null;
        else at++;
        var index = string.Concat(tokens.Skip(start).Take(at - start).Where(t => !t.Is('{') && !t.Is('}')).Select(t => t.Text));
        if (node.Kind == NodeKind.Variable) return Node.Named(NodeKind.Variable, node.Name + "_" + index);
        return node.IsNumber ? Based(node, index) : null;
    }

    private static Node? Based(Node digits, string index)
    {
        if (index.StartsWith("base", StringComparison.Ordinal)) index = index[4..];
        if (BaseOf(index) is not { } radix) return null;
        if (radix == 10) return digits;
        return Node.Named(NodeKind.BaseNumber, digits.Places > 0 ? Renderer.Render(digits) : digits.Value.ToString(), Node.Number(radix));
    }

    private static int? BaseOf(string text)
    {
        string[] names = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
        var named = Array.IndexOf(names, text.ToLowerInvariant());
        if (named >= 0) return named + 2;
        return int.TryParse(text, System.Globalization.NumberStyles.None, null, out var radix) && radix is >= 2 and <= 36 ? radix : null;
    }
}
