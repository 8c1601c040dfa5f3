namespace W2SR.Core.Verification.Mathematics;

/// <summary>Compares constants in 50 digits, so that near misses such as e^(pi sqrt 163) are told from integers.</summary>
internal static class PreciseEvaluator
{
    /// <summary>Equal to 45 digits; null where an expression is beyond it (complex values, rare functions).</summary>
    public static bool? Agree(Node gold, Node predicted, WorkBudget budget)
    {
        if (Evaluate(gold, budget) is not { } x || Evaluate(predicted, budget) is not { } y) return null;
        return FixedReal.AreClose(x, y);
    }

    private static FixedReal? Evaluate(Node node, WorkBudget budget)
    {
        if (!budget.Spend(40)) return null;
        if (ExactEvaluator.Evaluate(node, budget, out var exact) == Exactness.Rational) return FixedReal.From(exact);
        switch (node.Kind)
        {
            case NodeKind.Constant:
                return node.Name switch { "pi" => FixedReal.Pi, "e" => FixedReal.Exp(FixedReal.From(1)), _ => null };
            case NodeKind.Negate:
                return -Evaluate(node[0], budget);
            case NodeKind.Add:
                {
                    FixedReal? sum = FixedReal.From(0);
                    foreach (var item in node.Items) sum += Evaluate(item, budget);
                    return sum;
                }
            case NodeKind.Multiply:
                {
                    FixedReal? product = FixedReal.From(1);
                    foreach (var item in node.Items) product *= Evaluate(item, budget);
                    return product;
                }
            case NodeKind.Divide:
                return Evaluate(node[1], budget) is { IsZero: false } below && Evaluate(node[0], budget) is { } above ? above / below : null;
            case NodeKind.Root:
                return Evaluate(node[0], budget) is { } radicand && ExactEvaluator.Evaluate(node[1], budget, out var index) == Exactness.Rational && index.IsInteger ? FixedReal.Power(radicand, BigRational.One / index) : null;
            case NodeKind.Power:
                if (Evaluate(node[0], budget) is not { } basis) return null;
                if (!budget.Spend(300)) return null;
                if (ExactEvaluator.Evaluate(node[1], budget, out var rational) == Exactness.Rational) return FixedReal.Power(basis, rational);
                return basis.Sign > 0 && Evaluate(node[1], budget) is { } exponent && FixedReal.Log(basis) is { } log ? FixedReal.Exp(exponent * log) : null;
            case NodeKind.Absolute:
                return Evaluate(node[0], budget) is { } signed ? signed.Sign < 0 ? -signed : signed : null;
            case NodeKind.Degree or NodeKind.WithUnit:
                return Evaluate(node[0], budget);
            case NodeKind.Percent:
                return Evaluate(node[0], budget) / FixedReal.From(100);
            case NodeKind.Function:
                return Function(node, budget);
            default:
                return null;
        }
    }

    private static FixedReal? Function(Node node, WorkBudget budget)
    {
        var argument = node[0];
        var isTrigonometric = node.Name is "sin" or "cos" or "tan" or "cot" or "sec" or "csc";
        if (isTrigonometric && argument.Any(n => n.Kind == NodeKind.WithUnit)) return null;
        FixedReal? x;
        if (isTrigonometric && argument.Kind == NodeKind.Degree) x = Evaluate(argument[0], budget) * FixedReal.Pi / FixedReal.From(180);
        else if (isTrigonometric && argument.Any(n => n.Kind == NodeKind.Degree)) return null;
        else x = Evaluate(argument, budget);
        // A series of some sixty terms in 224 bits.
        if (x is not { } value || !budget.Spend(300)) return null;
        switch (node.Name)
        {
            case "ln":
                return FixedReal.Log(value);
            case "log":
                var radix = node.Items.Length > 1 ? Evaluate(node[1], budget) : FixedReal.From(10);
                return radix is { } b && FixedReal.Log(b) is { IsZero: false } below ? FixedReal.Log(value) / below : null;
            case "sin":
                return FixedReal.SinCos(value)?.Sin;
            case "cos":
                return FixedReal.SinCos(value)?.Cos;
            case "tan":
                return FixedReal.SinCos(value) is { Cos.IsZero: false } t ? t.Sin / t.Cos : null;
            case "cot":
                return FixedReal.SinCos(value) is { Sin.IsZero: false } c ? c.Cos / c.Sin : null;
            case "sec":
                return FixedReal.SinCos(value) is { Cos.IsZero: false } s ? FixedReal.From(1) / s.Cos : null;
            case "csc":
                return FixedReal.SinCos(value) is { Sin.IsZero: false } k ? FixedReal.From(1) / k.Sin : null;
            case "arctan":
                return FixedReal.ArcTan(value);
            default:
                return null;
        }
    }
}
