namespace W2SR.Core.Prompts.Jinja;

/// <summary>Finds the names of every frame of a template before it runs, and refuses what Jinja refuses at that point.</summary>
internal sealed class ScopeAnalyzer
{
    private readonly TemplateProgram _program;

    private ScopeAnalyzer(TemplateProgram program) => _program = program;

    public static TemplateProgram Analyze(IReadOnlyList<Stmt> body)
    {
        var program = new TemplateProgram(body);
        var analyzer = new ScopeAnalyzer(program);
        var root = new Symbols(null);
        if (UndeclaredNames.Find(body, "self").Count > 0)
            root.Declare("self");
        analyzer.Frame(body, root, body, inLoop: false);
        return program;
    }

    /// <summary>Records a frame and its body, then goes into the frames inside.</summary>
    private void Frame(object key, Symbols symbols, IReadOnlyList<Stmt> body, bool inLoop)
    {
        Collect(symbols, body);
        _program.Frames[key] = symbols;
        Descend(body, symbols, inLoop, isSoft: false);
    }

    private static void Collect(Symbols symbols, IReadOnlyList<Stmt> body)
    {
        foreach (var statement in body)
            Collect(symbols, statement);
    }

    private static void Collect(Symbols symbols, Stmt statement)
    {
        switch (statement)
        {
            case Output output: LoadAll(symbols, output.Items); break;
            case If branching: CollectBranches(symbols, branching, 0); break;
            case For loop: LoadAll(symbols, loop.Source); break;
            case SetValue set:
                LoadAll(symbols, set.Value);
                StoreAll(symbols, set.Target);
                break;
            case SetBlock set: StoreAll(symbols, set.Target); break;
            case MacroDefinition definition: symbols.Store(definition.Macro.Name!); break;
            case CallBlock block: LoadAll(symbols, block.Call); break;
            case FilterBlock block: LoadAll(symbols, block.Filter); break;
            case With with: LoadAll(symbols, with.Bindings.Select(b => b.Value)); break;
        }
    }

    private static void CollectBranches(Symbols symbols, If branching, int index)
    {
        // An elif is an if of its own inside the branch that holds all of them, one after the other.
        var (test, body) = branching.Branches[index];
        LoadAll(symbols, test);
        var then = symbols.Branch();
        Collect(then, body);
        var elifs = symbols.Branch();
        if (index == 0)
            for (var i = 1; i < branching.Branches.Count; i++)
                CollectBranches(elifs, branching, i);
        var otherwise = symbols.Branch();
        if (index == 0)
            Collect(otherwise, branching.Otherwise);
        symbols.Merge(then, elifs, otherwise);
    }

    private static void LoadAll(Symbols symbols, IEnumerable<Expr> expressions)
    {
        foreach (var expression in expressions)
            LoadAll(symbols, expression);
    }

    private static void LoadAll(Symbols symbols, Expr expression)
    {
        if (expression is Name name)
            symbols.Load(name.Id);
        LoadAll(symbols, expression.Children);
    }

    private static void StoreAll(Symbols symbols, Expr target)
    {
        if (target is Name name)
            symbols.Store(name.Id);
        else if (target is NamespaceReference reference)
            symbols.Load(reference.Id);
        foreach (var child in target.Children)
            StoreAll(symbols, child);
    }

    private static void DeclareAll(Symbols symbols, Expr target)
    {
        if (target is Name name)
            symbols.Declare(name.Id);
        foreach (var child in target.Children)
            DeclareAll(symbols, child);
    }

    private void Descend(IReadOnlyList<Stmt> body, Symbols symbols, bool inLoop, bool isSoft)
    {
        foreach (var statement in body)
            Descend(statement, symbols, inLoop, isSoft);
    }

    /// <param name="isSoft">Inside an <c>if</c>: an unknown filter or test counts only when it is reached.</param>
    private void Descend(Stmt statement, Symbols symbols, bool inLoop, bool isSoft)
    {
        switch (statement)
        {
            case Output output:
                Check(output.Items, isSoft);
                break;
            case If branching:
                foreach (var (_, body) in branching.Branches)
                    Descend(body, symbols, inLoop, isSoft: true);
                Descend(branching.Otherwise, symbols, inLoop, isSoft: true);
                break;
            case For loop:
                DescendFor(loop, symbols, inLoop, isSoft);
                break;
            case SetValue set:
                Check([set.Value], isSoft);
                break;
            case SetBlock set:
                Frame(set, new Symbols(symbols), set.Body, inLoop);
                if (set.Filter is not null)
                    Check([set.Filter], isSoft: false);
                break;
            case MacroDefinition definition:
                DescendMacro(definition.Macro, symbols);
                break;
            case CallBlock block:
                DescendMacro(block.Caller, symbols);
                Check([block.Call], isSoft);
                break;
            case Generation generation:
                DescendMacro(generation.Body, symbols);
                break;
            case FilterBlock block:
                Frame(block, new Symbols(symbols), block.Body, inLoop);
                Check([block.Filter], isSoft: false);
                break;
            case With with:
                Check(with.Bindings.Select(b => b.Value), isSoft);
                var inner = new Symbols(symbols);
                foreach (var (target, _) in with.Bindings)
                    DeclareAll(inner, target);
                Frame(with, inner, with.Body, inLoop);
                break;
            case Autoescape autoescape:
                Check([autoescape.Value], isSoft);
                var scope = new Symbols(symbols);
                LoadAll(scope, autoescape.Value);
                Frame(autoescape, scope, autoescape.Body, inLoop);
                break;
            case Block block:
                DescendBlock(block);
                break;
            case Break or Continue when !inLoop:
                throw new JinjaError($"'{(statement is Break ? "break" : "continue")}' outside loop", statement.Line);
        }
    }

    private void DescendFor(For loop, Symbols symbols, bool inLoop, bool isSoft)
    {
        RefuseLoopAssignment(loop.Target);
        RefuseLoopAssignment(loop.Body);
        RefuseLoopAssignment(loop.Otherwise);
        Check([loop.Source], isSoft);
        var inside = new Symbols(symbols);
        if (loop.IsRecursive || HasScopedBlock(loop.Body) || UndeclaredNames.Find(loop.Body, "loop").Count > 0)
        {
            _program.LoopsWithContext.Add(loop);
            inside.Declare("loop");
        }
        DeclareAll(inside, loop.Target);
        Frame(loop, inside, loop.Body, inLoop: true);
        if (loop.Otherwise.Count > 0)
            Frame(loop.Otherwise, new Symbols(symbols), loop.Otherwise, inLoop && !loop.IsRecursive);
        if (loop.Test is not null)
        {
            var test = new Symbols(symbols);
            DeclareAll(test, loop.Target);
            LoadAll(test, loop.Test);
            _program.Frames[loop.Test] = test;
            Check([loop.Test], isSoft: false);
        }
    }

    private void DescendMacro(MacroSignature macro, Symbols symbols)
    {
        var inside = new Symbols(symbols);
        foreach (var parameter in macro.Parameters)
            inside.Declare(parameter);
        LoadAll(inside, macro.Defaults);
        Check(macro.Defaults, isSoft: false);
        var special = UndeclaredNames.Find(macro.Body, "caller", "kwargs", "varargs");
        var callerIndex = macro.Parameters.ToList().IndexOf("caller");
        if (callerIndex >= 0)
        {
            if (special.Contains("caller") && callerIndex < macro.Parameters.Count - macro.Defaults.Count)
                throw new JinjaError("When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.", macro.Line);
        }
        special.ExceptWith(macro.Parameters.Where(p => p != "caller"));
        _program.SpecialParameters[macro] = special;
        Collect(inside, macro.Body);
        foreach (var name in special)
            inside.Declare(name);
        Frame(macro, inside, macro.Body, inLoop: false);
    }

    private void DescendBlock(Block block)
    {
        if (!_program.Blocks.TryAdd(block.Name, block))
            throw new JinjaError($"block '{block.Name}' defined twice", block.Line);
        var symbols = new Symbols(null);
        foreach (var name in UndeclaredNames.Find(block.Body, "self", "super"))
            symbols.Declare(name);
        Frame(block, symbols, block.Body, inLoop: false);
    }

    private static bool HasScopedBlock(IReadOnlyList<Stmt> body) => body.Any(s => s switch
    {
        Block b => b.IsScoped || HasScopedBlock(b.Body),
        If i => i.Branches.Any(b => HasScopedBlock(b.Body)) || HasScopedBlock(i.Otherwise),
        For f => HasScopedBlock(f.Body) || HasScopedBlock(f.Otherwise),
        With w => HasScopedBlock(w.Body),
        _ => false,
    });

    private static void RefuseLoopAssignment(Expr target)
    {
        if (target is Name { Id: "loop" })
            throw new JinjaError("Can't assign to special loop variable in for-loop target", target.Line);
        foreach (var child in target.Children)
            RefuseLoopAssignment(child);
    }

    private static void RefuseLoopAssignment(IReadOnlyList<Stmt> body)
    {
        foreach (var statement in body)
            switch (statement)
            {
                case SetValue set: RefuseLoopAssignment(set.Target); break;
                case SetBlock set: RefuseLoopAssignment(set.Target); RefuseLoopAssignment(set.Body); break;
                case For inner: RefuseLoopAssignment(inner.Target); break; // its own body is looked at when it is its turn
                case If branching:
                    foreach (var (_, inner) in branching.Branches)
                        RefuseLoopAssignment(inner);
                    RefuseLoopAssignment(branching.Otherwise);
                    break;
                case FilterBlock block: RefuseLoopAssignment(block.Body); break;
                case With with: RefuseLoopAssignment(with.Body); break;
                case CallBlock block: RefuseLoopAssignment(block.Caller.Body); break;
                case Generation generation: RefuseLoopAssignment(generation.Body.Body); break;
                case MacroDefinition definition: RefuseLoopAssignment(definition.Macro.Body); break;
                case Autoescape autoescape: RefuseLoopAssignment(autoescape.Body); break;
            }
    }

    private static void Check(IEnumerable<Expr> expressions, bool isSoft)
    {
        foreach (var expression in expressions)
        {
            if (expression is FilterCall filter && !isSoft && !Filters.All.ContainsKey(filter.Name))
                throw new JinjaError($"No filter named '{filter.Name}'.", filter.Line);
            if (expression is TestCall test && !isSoft && !Tests.All.ContainsKey(test.Name))
                throw new JinjaError($"No test named '{test.Name}'.", test.Line);
            Check(expression.Children, isSoft || expression is Conditional);
        }
    }
}
