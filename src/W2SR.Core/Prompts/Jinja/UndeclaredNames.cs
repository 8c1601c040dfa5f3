namespace W2SR.Core.Prompts.Jinja;

/// <summary>Which of some special names a body reads before it sets them; decides whether a loop offers <c>loop</c> and a macro takes <c>caller</c>, <c>kwargs</c>, <c>varargs</c>.</summary>
internal sealed class UndeclaredNames
{
    private readonly HashSet<string> _sought;
    private readonly HashSet<string> _found = [];

    private UndeclaredNames(IEnumerable<string> names) => _sought = [.. names];

    public static HashSet<string> Find(IReadOnlyList<Stmt> body, params IEnumerable<string> names)
    {
        var search = new UndeclaredNames(names);
        search.Visit(body);
        return search._found;
    }

    private void Visit(IReadOnlyList<Stmt> body)
    {
        foreach (var statement in body)
            Visit(statement);
    }

    private void Visit(Stmt statement)
    {
        switch (statement)
        {
            case Output output:
                Read(output.Items);
                break;
            case If branching:
                foreach (var (test, body) in branching.Branches)
                {
                    Read(test);
                    Visit(body);
                }
                Visit(branching.Otherwise);
                break;
            case For loop:
                Write(loop.Target);
                Read(loop.Source);
                Visit(loop.Body);
                Visit(loop.Otherwise);
                Read(loop.Test);
                break;
            case SetValue set:
                Write(set.Target);
                Read(set.Value);
                break;
            case SetBlock set:
                Write(set.Target);
                Read(set.Filter);
                Visit(set.Body);
                break;
            case MacroDefinition definition:
                Visit(definition.Macro);
                break;
            case CallBlock block:
                Read(block.Call);
                Visit(block.Caller);
                break;
            case Generation generation:
                Visit(generation.Body);
                break;
            case FilterBlock block:
                Visit(block.Body);
                Read(block.Filter);
                break;
            case With with:
                foreach (var (target, _) in with.Bindings)
                    Write(target);
                foreach (var (_, value) in with.Bindings)
                    Read(value);
                Visit(with.Body);
                break;
            case Autoescape autoescape:
                Read(autoescape.Value);
                Visit(autoescape.Body);
                break;
        }
    }

    private void Visit(MacroSignature macro)
    {
        foreach (var parameter in macro.Parameters)
            _sought.Remove(parameter);
        Read(macro.Defaults);
        Visit(macro.Body);
    }

    private void Read(IEnumerable<Expr> expressions)
    {
        foreach (var expression in expressions)
            Read(expression);
    }

    private void Read(Expr? expression)
    {
        if (expression is Name name && _sought.Contains(name.Id))
            _found.Add(name.Id);
        if (expression is not null)
            Read(expression.Children);
    }

    private void Write(Expr target)
    {
        if (target is Name name)
            _sought.Remove(name.Id);
        foreach (var child in target.Children)
            Write(child);
    }
}
