using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>The expressions.</summary>
internal sealed partial class Interpreter
{
    private object? Evaluate(Expr expression, Frame frame)
    {
        _rendering.Budget.Spend();
        Budget.EnsureStack();
        switch (expression)
        {
            case Constant constant: return constant.Value;
            case Name name: return frame.Get(_rendering, name.Id);
            case Attribute attribute: return Access.Attribute(_rendering, Evaluate(attribute.Target, frame), attribute.Key);
            case Item item: return EvaluateItem(item, frame);
            case FilterCall filter: return ApplyFilter(filter, frame, Evaluate(filter.Input!, frame));
            case TestCall test: return EvaluateTest(test, frame);
            case Call call: return EvaluateCall(call, frame, null);
            case Binary binary: return EvaluateBinary(binary, frame);
            case Comparison comparison: return EvaluateComparison(comparison, frame);
            case Logical logical: return EvaluateLogical(logical, frame);
            case Unary unary: return EvaluateUnary(unary, frame);
            case Concat concat: return EvaluateConcat(concat, frame);
            case Conditional conditional: return EvaluateConditional(conditional, frame);
            case ListLiteral list: return new PyList(EvaluateAll(list.Items, frame));
            case TupleLiteral tuple: return new PyTuple(EvaluateAll(tuple.Items, frame));
            case DictLiteral dict: return EvaluateDict(dict, frame);
            case Slice: throw new JinjaError("a slice can only stand alone in a subscript", expression.Line);
            default: throw new JinjaError("not an expression", expression.Line);
        }
    }

    private object?[] EvaluateAll(IReadOnlyList<Expr> items, Frame frame)
    {
        var values = new object?[items.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Evaluate(items[i], frame);
        return values;
    }

    private PyDict EvaluateDict(DictLiteral literal, Frame frame)
    {
        var dict = new PyDict();
        foreach (var (key, value) in literal.Pairs)
        {
            var k = Evaluate(key, frame);
            dict[k] = Evaluate(value, frame);
        }
        return dict;
    }

    private object? EvaluateItem(Item item, Frame frame)
    {
        var target = Evaluate(item.Target, frame);
        if (item.Key is not Slice slice)
            return Access.Item(_rendering, target, Evaluate(item.Key, frame));
        var start = slice.Start is null ? null : Evaluate(slice.Start, frame);
        var stop = slice.Stop is null ? null : Evaluate(slice.Stop, frame);
        var step = slice.Step is null ? null : Evaluate(slice.Step, frame);
        return Access.Slice(_rendering, target, start, stop, step);
    }

    private object? EvaluateBinary(Binary binary, Frame frame)
    {
        var left = Evaluate(binary.Left, frame);
        var right = Evaluate(binary.Right, frame);
        _rendering.Line = binary.Line;
        return Operators.Apply(_rendering, binary.Op, left, right);
    }

    private object? EvaluateUnary(Unary unary, Frame frame)
    {
        var value = Evaluate(unary.Operand, frame);
        return unary.Op switch
        {
            "not" => !Py.IsTrue(value),
            "-" => PyNumber.Negate(value),
            _ => PyNumber.Plus(value),
        };
    }

    private object? EvaluateLogical(Logical logical, Frame frame)
    {
        var left = Evaluate(logical.Left, frame);
        return Py.IsTrue(left) == logical.IsAnd ? Evaluate(logical.Right, frame) : left;
    }

    private bool EvaluateComparison(Comparison comparison, Frame frame)
    {
        var left = Evaluate(comparison.First, frame);
        foreach (var (op, operand) in comparison.Rest)
        {
            var right = Evaluate(operand, frame);
            if (!Operators.Compare(_rendering, op, left, right))
                return false;
            left = right;
        }
        return true;
    }

    private object EvaluateConcat(Concat concat, Frame frame)
    {
        var values = EvaluateAll(concat.Items, frame);
        var isMarkup = frame.IsEscaping && values.Any(v => v is Markup);
        var text = new StringBuilder();
        foreach (var value in values)
        {
            var part = isMarkup ? Html.Escape(_rendering, value).Text : PyRepr.Str(_rendering, value);
            _rendering.Budget.CheckLength((long)text.Length + part.Length);
            text.Append(part);
        }
        _rendering.Budget.SpendText(text.Length);
        return isMarkup ? new Markup(text.ToString()) : text.ToString();
    }

    private object? EvaluateConditional(Conditional conditional, Frame frame)
    {
        if (Py.IsTrue(Evaluate(conditional.Test, frame)))
            return Evaluate(conditional.Then, frame);
        return conditional.Otherwise is not null
            ? Evaluate(conditional.Otherwise, frame)
            : new Undefined($"the inline if-expression on line {conditional.Line} evaluated to false and no else section was defined.");
    }

    private Arguments EvaluateArguments(ArgumentList list, Frame frame)
    {
        var positional = EvaluateAll(list.Positional, frame).ToList();
        var named = new List<KeyValuePair<string, object?>>();
        foreach (var (name, value) in list.Named)
            named.Add(new(name, Evaluate(value, frame)));
        if (list.Spread is not null)
            positional.AddRange(Py.Iterate(_rendering, Evaluate(list.Spread, frame)));
        if (list.NamedSpread is null)
            return new Arguments(positional, named);
        if (Evaluate(list.NamedSpread, frame) is not PyDict spread)
            throw new JinjaError("argument after ** must be a mapping");
        foreach (var (key, value) in spread.Pairs)
        {
            var name = Py.AsText(key) ?? throw new JinjaError("keywords must be strings");
            if (named.Exists(n => n.Key == name))
                throw new JinjaError($"got multiple values for keyword argument '{name}'");
            named.Add(new(name, value));
        }
        return new Arguments(positional, named);
    }

    /// <summary>The filters of a block, the innermost of which takes what the block wrote.</summary>
    private object? ApplyBlockFilter(FilterCall filter, Frame frame, object? captured) =>
        ApplyFilter(filter, frame, filter.Input is FilterCall earlier ? ApplyBlockFilter(earlier, frame, captured) : captured);

    private object? ApplyFilter(FilterCall filter, Frame frame, object? input)
    {
        var arguments = EvaluateArguments(filter.Arguments, frame);
        _rendering.Line = filter.Line;
        return Filters.Get(filter.Name).Invoke(_rendering, arguments.WithFirst(input));
    }

    private bool EvaluateTest(TestCall test, Frame frame)
    {
        var input = Evaluate(test.Input, frame);
        var arguments = EvaluateArguments(test.Arguments, frame);
        _rendering.Line = test.Line;
        return Tests.Holds(_rendering, test.Name, arguments.WithFirst(input));
    }

    private object? EvaluateCall(Call call, Frame frame, Macro? caller)
    {
        var callee = Evaluate(call.Callee, frame);
        var arguments = EvaluateArguments(call.Arguments, frame);
        if (caller is not null)
        {
            if (arguments.Named.Any(n => n.Key == "caller"))
                throw new JinjaError("got multiple values for keyword argument 'caller'");
            arguments = arguments with { Named = [.. arguments.Named, new("caller", caller)] };
        }
        _rendering.Line = call.Line;
        switch (callee)
        {
            case PyFunction function: return function.Invoke(_rendering, arguments);
            case Macro macro: return InvokeMacro(macro, arguments);
            case LoopContext loop: return loop.Recurse(new Signature("loop", "iterable").Bind(arguments)[0]);
            case Joiner joiner: return new Signature("joiner", "").Bind(arguments) is not null ? joiner.Call() : null;
            case PyDictType: return Globals.NewDict(_rendering, arguments);
            case BlockReference block: return RenderBlock(block.Name, frame);
            case Undefined undefined: throw undefined.Fail();
            default: throw new JinjaError($"'{Py.TypeName(callee)}' object is not callable");
        }
    }

    private object InvokeMacro(Macro macro, Arguments arguments)
    {
        var signature = macro.Signature;
        var name = signature.Name ?? "caller";
        var named = arguments.Named.ToList();
        var frame = NewFrame(signature, macro.Frame);
        var isGiven = new bool[signature.Parameters.Count];
        for (var i = 0; i < signature.Parameters.Count; i++)
        {
            var given = named.FindIndex(n => n.Key == signature.Parameters[i]);
            isGiven[i] = true;
            if (i < arguments.Positional.Count)
            {
                frame.Set(signature.Parameters[i], arguments.Positional[i]);
            }
            else if (given >= 0)
            {
                frame.Set(signature.Parameters[i], named[given].Value);
                named.RemoveAt(given);
            }
            else
            {
                isGiven[i] = false;
            }
        }
        if (macro.Special.Contains("caller") && !signature.Parameters.Contains("caller"))
        {
            var given = named.FindIndex(n => n.Key == "caller");
            frame.Set("caller", given >= 0 ? named[given].Value : new Undefined("No caller defined"));
            if (given >= 0)
                named.RemoveAt(given);
        }
        if (macro.Special.Contains("kwargs"))
        {
            var rest = new PyDict();
            foreach (var (key, value) in named)
                rest[key] = value;
            frame.Set("kwargs", rest);
        }
        else if (named.Count > 0)
        {
            throw new JinjaError(named.Exists(n => n.Key == "caller")
                ? $"macro '{name}' was invoked with two values for the special caller argument. This is most likely a bug."
                : $"macro '{name}' takes no keyword argument '{named[0].Key}'");
        }
        if (macro.Special.Contains("varargs"))
            frame.Set("varargs", new PyTuple([.. arguments.Positional.Skip(signature.Parameters.Count)]));
        else if (arguments.Positional.Count > signature.Parameters.Count)
            throw new JinjaError($"macro '{name}' takes not more than {signature.Parameters.Count} argument(s)");
        return RunMacro(macro, frame, isGiven);
    }

    private object RunMacro(Macro macro, Frame frame, bool[] isGiven)
    {
        var signature = macro.Signature;
        _rendering.Budget.EnterCall();
        for (var i = 0; i < isGiven.Length; i++)
        {
            if (isGiven[i])
                continue;
            var d = i - (isGiven.Length - signature.Defaults.Count);
            var parameter = signature.Parameters[i];
            frame.Set(parameter, d >= 0 ? Evaluate(signature.Defaults[d], frame) : new Undefined($"parameter '{parameter}' was not provided"));
        }
        _rendering.BeginCapture();
        Execute(signature.Body, frame);
        var text = _rendering.EndCapture();
        _rendering.Budget.LeaveCall();
        return _rendering.IsAutoescaping ? new Markup(text) : text;
    }
}
