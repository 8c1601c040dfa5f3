namespace W2SR.Core.Prompts.Jinja;

/// <summary>A statement of a template. Immutable.</summary>
internal abstract class Stmt(int line)
{
    public int Line { get; } = line;
}

/// <summary>Text and printed expressions in a row.</summary>
internal sealed class Output(int line, IReadOnlyList<Expr> items) : Stmt(line)
{
    public IReadOnlyList<Expr> Items { get; } = items;
}

internal sealed class If(int line, IReadOnlyList<(Expr Test, IReadOnlyList<Stmt> Body)> branches, IReadOnlyList<Stmt> otherwise) : Stmt(line)
{
    public IReadOnlyList<(Expr Test, IReadOnlyList<Stmt> Body)> Branches { get; } = branches;

    public IReadOnlyList<Stmt> Otherwise { get; } = otherwise;
}

internal sealed class For(int line, Expr target, Expr source, IReadOnlyList<Stmt> body, IReadOnlyList<Stmt> otherwise, Expr? test, bool isRecursive) : Stmt(line)
{
    public Expr Target { get; } = target;

    public Expr Source { get; } = source;

    public IReadOnlyList<Stmt> Body { get; } = body;

    public IReadOnlyList<Stmt> Otherwise { get; } = otherwise;

    public Expr? Test { get; } = test;

    public bool IsRecursive { get; } = isRecursive;
}

internal sealed class SetValue(int line, Expr target, Expr value) : Stmt(line)
{
    public Expr Target { get; } = target;

    public Expr Value { get; } = value;
}

internal sealed class SetBlock(int line, Expr target, FilterCall? filter, IReadOnlyList<Stmt> body) : Stmt(line)
{
    public Expr Target { get; } = target;

    public FilterCall? Filter { get; } = filter;

    public IReadOnlyList<Stmt> Body { get; } = body;
}

/// <summary>Parameters and body of a macro or of a call block's caller.</summary>
internal sealed class MacroSignature(int line, string? name, IReadOnlyList<string> parameters, IReadOnlyList<Expr> defaults, IReadOnlyList<Stmt> body)
{
    public int Line { get; } = line;

    /// <summary>Null: the body of a call block.</summary>
    public string? Name { get; } = name;

    public IReadOnlyList<string> Parameters { get; } = parameters;

    /// <summary>The defaults of the last parameters.</summary>
    public IReadOnlyList<Expr> Defaults { get; } = defaults;

    public IReadOnlyList<Stmt> Body { get; } = body;
}

internal sealed class MacroDefinition(int line, MacroSignature macro) : Stmt(line)
{
    public MacroSignature Macro { get; } = macro;
}

internal sealed class CallBlock(int line, MacroSignature caller, Call call) : Stmt(line)
{
    public MacroSignature Caller { get; } = caller;

    public Call Call { get; } = call;
}

/// <summary><c>{% generation %}</c>: what stands inside was written by the assistant.</summary>
internal sealed class Generation(int line, MacroSignature body) : Stmt(line)
{
    public MacroSignature Body { get; } = body;
}

internal sealed class FilterBlock(int line, FilterCall filter, IReadOnlyList<Stmt> body) : Stmt(line)
{
    public FilterCall Filter { get; } = filter;

    public IReadOnlyList<Stmt> Body { get; } = body;
}

internal sealed class With(int line, IReadOnlyList<(Expr Target, Expr Value)> bindings, IReadOnlyList<Stmt> body) : Stmt(line)
{
    public IReadOnlyList<(Expr Target, Expr Value)> Bindings { get; } = bindings;

    public IReadOnlyList<Stmt> Body { get; } = body;
}

internal sealed class Autoescape(int line, Expr value, IReadOnlyList<Stmt> body) : Stmt(line)
{
    public Expr Value { get; } = value;

    public IReadOnlyList<Stmt> Body { get; } = body;
}

internal sealed class Block(int line, string name, bool isScoped, bool isRequired, IReadOnlyList<Stmt> body) : Stmt(line)
{
    public string Name { get; } = name;

    public bool IsScoped { get; } = isScoped;

    public bool IsRequired { get; } = isRequired;

    public IReadOnlyList<Stmt> Body { get; } = body;
}

internal sealed class Break(int line) : Stmt(line);

internal sealed class Continue(int line) : Stmt(line);

/// <summary><c>include</c>, <c>import</c>, <c>from</c>, <c>extends</c>: a chat template is one text, so reaching one of them is an error.</summary>
internal sealed class OtherTemplate(int line, string keyword) : Stmt(line)
{
    public string Keyword { get; } = keyword;
}
