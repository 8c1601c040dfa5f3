using W2SR.Core.Common;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Renders a template: the statements.</summary>
internal sealed partial class Interpreter
{
    private readonly TemplateProgram _program;
    private readonly Rendering _rendering;

    private Interpreter(TemplateProgram program, Rendering rendering)
    {
        _program = program;
        _rendering = rendering;
    }

    private enum Flow
    {
        Normal, Break, Continue,
    }

    public static void Render(TemplateProgram program, Rendering rendering)
    {
        var interpreter = new Interpreter(program, rendering);
        var root = new Frame(rendering, program.Frames[program.Body], null) { IsTop = true };
        if (program.Frames[program.Body].Loads.ContainsKey("self"))
            root.Set("self", new SelfReference(program.Blocks.Keys.ToHashSet()));
        interpreter.Execute(program.Body, root);
    }

    private Frame NewFrame(object key, Frame? parent, bool? isEscaping = null) => new(_rendering, _program.Frames[key], parent, isEscaping);

    private Flow Execute(IReadOnlyList<Stmt> body, Frame frame)
    {
        Budget.EnsureStack();
        foreach (var statement in body)
        {
            _rendering.Budget.Spend();
            _rendering.Line = statement.Line;
            var flow = Execute(statement, frame);
            if (flow != Flow.Normal)
                return flow;
        }
        return Flow.Normal;
    }

    private Flow Execute(Stmt statement, Frame frame)
    {
        switch (statement)
        {
            case Output output: Print(output, frame); break;
            case If branching: return ExecuteIf(branching, frame);
            case For loop: return ExecuteFor(loop, frame);
            case SetValue set: ExecuteSet(set, frame); break;
            case SetBlock set: return ExecuteSetBlock(set, frame);
            case MacroDefinition { Macro: var macro }: Assign(frame, macro.Name!, new Macro(macro, _program.SpecialParameters[macro], frame)); break;
            case CallBlock block:
                var caller = new Macro(block.Caller, _program.SpecialParameters[block.Caller], frame);
                WriteResult(EvaluateCall(block.Call, frame, caller));
                break;
            case Generation generation: ExecuteGeneration(generation, frame); break;
            case FilterBlock block: return ExecuteFilterBlock(block, frame);
            case With with: return ExecuteWith(with, frame);
            case Autoescape autoescape: return ExecuteAutoescape(autoescape, frame);
            case Block block: ExecuteBlock(block, frame); break;
            case Break: return Flow.Break;
            case Continue: return Flow.Continue;
            case OtherTemplate other: throw new JinjaError($"'{other.Keyword}' is not supported: a chat template is one text and cannot load another");
        }
        return Flow.Normal;
    }

    private void Print(Output output, Frame frame)
    {
        foreach (var item in output.Items)
        {
            if (item is TemplateText text)
            {
                _rendering.Budget.Spend();
                _rendering.Write(text.Text);
            }
            else
            {
                _rendering.Line = item.Line;
                var value = Evaluate(item, frame);
                _rendering.Write(frame.IsEscaping ? Html.Escape(_rendering, value).Text : PyRepr.Str(_rendering, value));
            }
        }
    }

    /// <summary>Writes what a call block or a recursive loop gave, as it is.</summary>
    private void WriteResult(object? value) => _rendering.Write(PyRepr.Str(_rendering, value));

    private Flow ExecuteIf(If branching, Frame frame)
    {
        foreach (var (test, body) in branching.Branches)
            if (Py.IsTrue(Evaluate(test, frame)))
                return Execute(body, frame);
        return Execute(branching.Otherwise, frame);
    }

    private Flow ExecuteFor(For loop, Frame frame)
    {
        var source = Evaluate(loop.Source, frame);
        if (!loop.IsRecursive)
            return RunLoop(loop, frame, source, null, 0);
        WriteResult(RunRecursiveLoop(loop, frame, source, 0));
        return Flow.Normal;
    }

    private string RunRecursiveLoop(For loop, Frame frame, object? source, int depth)
    {
        _rendering.Budget.EnterCall();
        _rendering.BeginCapture();
        RunLoop(loop, frame, source, (items, deeper) => RunRecursiveLoop(loop, frame, items, deeper), depth);
        var text = _rendering.EndCapture();
        _rendering.Budget.LeaveCall();
        return text;
    }

    private Flow RunLoop(For loop, Frame frame, object? source, Func<object?, int, string>? recurse, int depth)
    {
        var items = Py.Iterate(_rendering, source);
        if (loop.Test is not null)
            items = Filtered(loop, frame, items);
        var context = new LoopContext(loop.Test is null ? source : null, items, recurse, depth);
        var hasContext = _program.LoopsWithContext.Contains(loop);
        var hasCompleted = false;
        while (context.MoveNext(out var item))
        {
            var inside = NewFrame(loop, frame);
            Assign(inside, loop.Target, item);
            if (hasContext)
                inside.Set("loop", context);
            var flow = Execute(loop.Body, inside);
            if (flow == Flow.Break)
                break;
            hasCompleted |= flow == Flow.Normal; // as in Jinja: a turn that was cut short does not count
        }
        return hasCompleted || loop.Otherwise.Count == 0 ? Flow.Normal : Execute(loop.Otherwise, NewFrame(loop.Otherwise, frame));
    }

    private IEnumerable<object?> Filtered(For loop, Frame frame, IEnumerable<object?> items)
    {
        var inside = NewFrame(loop.Test!, frame);
        foreach (var item in items)
        {
            Assign(inside, loop.Target, item);
            if (Py.IsTrue(Evaluate(loop.Test!, inside)))
                yield return Read(inside, loop.Target);
        }
    }

    private object? Read(Frame frame, Expr target) => target is TupleLiteral tuple ? new PyTuple([.. tuple.Items.Select(i => Read(frame, i))]) : Evaluate(target, frame);

    private void ExecuteSet(SetValue set, Frame frame)
    {
        CheckNamespaces(set.Target, frame);
        Assign(frame, set.Target, Evaluate(set.Value, frame));
    }

    private void CheckNamespaces(Expr target, Frame frame)
    {
        if (target is NamespaceReference reference && frame.Get(_rendering, reference.Id) is not Namespace)
            throw new JinjaError("cannot assign attribute on non-namespace object");
        foreach (var child in target.Children)
            CheckNamespaces(child, frame);
    }

    private Flow ExecuteSetBlock(SetBlock set, Frame frame)
    {
        var inside = NewFrame(set, frame);
        _rendering.BeginCapture();
        var flow = Execute(set.Body, inside);
        var text = _rendering.EndCapture();
        if (flow != Flow.Normal)
            return flow;
        object? value = set.Filter is null ? text : ApplyBlockFilter(set.Filter, inside, frame.IsEscaping ? new Markup(text) : text);
        CheckNamespaces(set.Target, frame);
        Assign(frame, set.Target, _rendering.IsAutoescaping && value is string s ? new Markup(s) : value);
        return Flow.Normal;
    }

    private void Assign(Frame frame, Expr target, object? value)
    {
        switch (target)
        {
            case Name name:
                Assign(frame, name.Id, value);
                break;
            case NamespaceReference reference:
                if (reference.Attribute.StartsWith('_'))
                    throw new JinjaError($"Chat templates cannot store underscore-prefixed attributes on a namespace, but got '{reference.Attribute}'. Please rename the attribute.");
                if (frame.Get(_rendering, reference.Id) is not Namespace owner)
                    throw new JinjaError("cannot assign attribute on non-namespace object");
                owner.Attributes[reference.Attribute] = value;
                break;
            default:
                var targets = ((TupleLiteral)target).Items;
                var items = new List<object?>();
                foreach (var item in Py.Iterate(_rendering, value))
                {
                    if (items.Count == targets.Count)
                        throw new JinjaError($"too many values to unpack (expected {targets.Count})");
                    items.Add(item);
                }
                if (items.Count < targets.Count)
                    throw new JinjaError($"not enough values to unpack (expected {targets.Count}, got {items.Count})");
                for (var i = 0; i < items.Count; i++)
                    Assign(frame, targets[i], items[i]);
                break;
        }
    }

    private void Assign(Frame frame, string name, object? value)
    {
        frame.Set(name, value);
        if (frame.IsTop)
            _rendering.Exports[name] = value;
    }

    private void ExecuteGeneration(Generation generation, Frame frame)
    {
        var body = new Macro(generation.Body, _program.SpecialParameters[generation.Body], frame);
        var text = PyRepr.Str(_rendering, InvokeMacro(body, Arguments.Of()));
        var start = _rendering.RootLength;
        _rendering.AssistantSpans.Add(new TextSpan(start, start + text.Length));
        _rendering.Write(text);
    }

    private Flow ExecuteFilterBlock(FilterBlock block, Frame frame)
    {
        var inside = NewFrame(block, frame);
        _rendering.BeginCapture();
        var flow = Execute(block.Body, inside);
        var text = _rendering.EndCapture();
        if (flow == Flow.Normal)
            WriteResult(ApplyBlockFilter(block.Filter, inside, frame.IsEscaping ? new Markup(text) : text));
        return flow;
    }

    private Flow ExecuteWith(With with, Frame frame)
    {
        var inside = NewFrame(with, frame);
        foreach (var (target, value) in with.Bindings)
            Assign(inside, target, Evaluate(value, frame));
        return Execute(with.Body, inside);
    }

    private Flow ExecuteAutoescape(Autoescape autoescape, Frame frame)
    {
        var outer = _rendering.IsAutoescaping;
        if (!IsConstant(autoescape.Value))
            throw new JinjaError("autoescape with a computed value is not supported");
        var isOn = Py.IsTrue(Evaluate(autoescape.Value, frame));
        _rendering.IsAutoescaping = isOn;
        var flow = Execute(autoescape.Body, NewFrame(autoescape, frame, isOn));
        _rendering.IsAutoescaping = outer;
        return flow;
    }

    private void ExecuteBlock(Block block, Frame frame)
    {
        if (block.IsRequired)
            throw new JinjaError($"Required block '{block.Name}' not found");
        Dictionary<string, object?>? outer = null;
        if (block.IsScoped)
        {
            outer = [];
            foreach (var (name, value) in frame.Known())
                outer.TryAdd(name, value);
        }
        var inside = NewFrame(block, null);
        foreach (var name in _program.Frames[block].Loads.Where(l => l.Value == NameLoad.Resolve).Select(l => l.Key))
            if (outer?.TryGetValue(name, out var value) == true)
                inside.Set(name, value);
        inside.Set("self", new SelfReference(_program.Blocks.Keys.ToHashSet()));
        inside.Set("super", new Undefined("there is no parent block called '" + block.Name + "'."));
        _rendering.Budget.EnterCall();
        Execute(block.Body, inside);
        _rendering.Budget.LeaveCall();
    }

    private string RenderBlock(string name, Frame frame)
    {
        _rendering.BeginCapture();
        ExecuteBlock(_program.Blocks[name], frame);
        return _rendering.EndCapture();
    }
}
