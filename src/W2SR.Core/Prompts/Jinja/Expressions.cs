namespace W2SR.Core.Prompts.Jinja;

/// <summary>An expression of a template. Immutable; knows how deep it is, so that no tree is built that could not be walked.</summary>
internal abstract class Expr
{
    private const int MaxDepth = 200;

    protected Expr(int line, params IEnumerable<Expr?> children)
    {
        Line = line;
        Children = [.. children.OfType<Expr>()];
        Depth = 1 + (Children.Count == 0 ? 0 : Children.Max(c => c.Depth));
        if (Depth > MaxDepth)
            throw new JinjaError($"an expression is nested more than {MaxDepth} deep", line);
    }

    public int Line { get; }

    public IReadOnlyList<Expr> Children { get; }

    private int Depth { get; }
}

/// <summary>Text between tags.</summary>
internal sealed class TemplateText(int line, string text) : Expr(line)
{
    public string Text { get; } = text;
}

internal sealed class Constant(int line, object? value) : Expr(line)
{
    public object? Value { get; } = value;
}

internal sealed class Name(int line, string id) : Expr(line)
{
    public string Id { get; } = id;
}

/// <summary><c>a.b</c> as the target of an assignment.</summary>
internal sealed class NamespaceReference(int line, string id, string attribute) : Expr(line)
{
    public string Id { get; } = id;

    public string Attribute { get; } = attribute;
}

internal sealed class TupleLiteral(int line, IReadOnlyList<Expr> items) : Expr(line, items)
{
    public IReadOnlyList<Expr> Items { get; } = items;
}

internal sealed class ListLiteral(int line, IReadOnlyList<Expr> items) : Expr(line, items)
{
    public IReadOnlyList<Expr> Items { get; } = items;
}

internal sealed class DictLiteral(int line, IReadOnlyList<(Expr Key, Expr Value)> pairs) : Expr(line, pairs.SelectMany(p => new[] { p.Key, p.Value }))
{
    public IReadOnlyList<(Expr Key, Expr Value)> Pairs { get; } = pairs;
}

/// <summary><c>not x</c>, <c>-x</c>, <c>+x</c>.</summary>
internal sealed class Unary(int line, string op, Expr operand) : Expr(line, operand)
{
    public string Op { get; } = op;

    public Expr Operand { get; } = operand;
}

/// <summary><c>+ - * / // % **</c>.</summary>
internal sealed class Binary(int line, string op, Expr left, Expr right) : Expr(line, left, right)
{
    public string Op { get; } = op;

    public Expr Left { get; } = left;

    public Expr Right { get; } = right;
}

/// <summary><c>and</c>, <c>or</c>.</summary>
internal sealed class Logical(int line, bool isAnd, Expr left, Expr right) : Expr(line, left, right)
{
    public bool IsAnd { get; } = isAnd;

    public Expr Left { get; } = left;

    public Expr Right { get; } = right;
}

/// <summary><c>a ~ b ~ c</c>.</summary>
internal sealed class Concat(int line, IReadOnlyList<Expr> items) : Expr(line, items)
{
    public IReadOnlyList<Expr> Items { get; } = items;
}

/// <summary><c>a &lt; b &lt; c</c>, also <c>in</c> and <c>not in</c>.</summary>
internal sealed class Comparison(int line, Expr first, IReadOnlyList<(string Op, Expr Operand)> rest) : Expr(line, rest.Select(r => r.Operand).Prepend(first))
{
    public Expr First { get; } = first;

    public IReadOnlyList<(string Op, Expr Operand)> Rest { get; } = rest;
}

/// <summary><c>then if test else otherwise</c>.</summary>
internal sealed class Conditional(int line, Expr test, Expr then, Expr? otherwise) : Expr(line, test, then, otherwise)
{
    public Expr Test { get; } = test;

    public Expr Then { get; } = then;

    public Expr? Otherwise { get; } = otherwise;
}

internal sealed class Attribute(int line, Expr target, string key) : Expr(line, target)
{
    public Expr Target { get; } = target;

    public string Key { get; } = key;
}

internal sealed class Item(int line, Expr target, Expr key) : Expr(line, target, key)
{
    public Expr Target { get; } = target;

    public Expr Key { get; } = key;
}

internal sealed class Slice(int line, Expr? start, Expr? stop, Expr? step) : Expr(line, start, stop, step)
{
    public Expr? Start { get; } = start;

    public Expr? Stop { get; } = stop;

    public Expr? Step { get; } = step;
}

/// <summary>What stands between the parentheses of a call, a filter or a test.</summary>
internal sealed record ArgumentList(IReadOnlyList<Expr> Positional, IReadOnlyList<(string Name, Expr Value)> Named, Expr? Spread, Expr? NamedSpread)
{
    public static ArgumentList Empty { get; } = new([], [], null, null);

    public IEnumerable<Expr?> Expressions => [.. Positional, .. Named.Select(n => n.Value), Spread, NamedSpread];
}

internal sealed class Call(int line, Expr callee, ArgumentList arguments) : Expr(line, arguments.Expressions.Prepend(callee))
{
    public Expr Callee { get; } = callee;

    public ArgumentList Arguments { get; } = arguments;
}

/// <summary><c>x|name(...)</c>; without an input where it is the filter of a block.</summary>
internal sealed class FilterCall(int line, Expr? input, string name, ArgumentList arguments) : Expr(line, arguments.Expressions.Prepend(input))
{
    public Expr? Input { get; } = input;

    public string Name { get; } = name;

    public ArgumentList Arguments { get; } = arguments;
}

/// <summary><c>x is name(...)</c>.</summary>
internal sealed class TestCall(int line, Expr input, string name, ArgumentList arguments) : Expr(line, arguments.Expressions.Prepend(input))
{
    public Expr Input { get; } = input;

    public string Name { get; } = name;

    public ArgumentList Arguments { get; } = arguments;
}
