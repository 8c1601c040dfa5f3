using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>Are two scalar expressions equal? Tier by tier, the cheap ones first.</summary>
internal sealed class ScalarEquivalence(WorkBudget budget)
{
    /// <summary>The tier that decided last.</summary>
    public EquivalenceTier Tier { get; private set; }

    /// <summary>True when the prediction divides by zero or is too large.</summary>
    public bool IsUndefined { get; private set; }

    public bool AreEqual(Node gold, Node predicted)
    {
        Tier = EquivalenceTier.Exact;
        var goldExact = ExactEvaluator.Evaluate(gold, budget, out var a);
        var predictedExact = ExactEvaluator.Evaluate(predicted, budget, out var b);
        if (predictedExact == Exactness.Undefined)
        {
            IsUndefined = true;
            return predicted.SameAs(gold) && Decide(EquivalenceTier.Structural);
        }
        // Infinity may stand alone; there is no arithmetic with it.
        if (HasInnerInfinity(predicted))
        {
            IsUndefined = true;
            return predicted.SameAs(gold) && Decide(EquivalenceTier.Structural);
        }
        if (goldExact == Exactness.Rational && predictedExact == Exactness.Rational)
        {
            if (a == b) return true;
            return !a.IsTerminating() && DecimalMatches(predicted, b, b - a, a);
        }
        if (gold.SameAs(predicted)) return Decide(EquivalenceTier.Structural);
        if (goldExact == Exactness.Undefined) return false;
        if (!gold.HasVariable && predictedExact == Exactness.Rational && DecimalPlaces(predicted) >= 0) return LongDecimal(gold, predicted, b);
        Tier = EquivalenceTier.Polynomial;
        var builder = new FractionBuilder(budget);
        var left = builder.Build(gold);
        var right = builder.Build(predicted);
        if (builder.IsUndefined)
        {
            IsUndefined = true;
            return false;
        }
        if (left is not null && right is not null && left.Above.Times(right.Below, budget) is { } first && right.Above.Times(left.Below, budget) is { } second)
        {
            if (first.Plus(second, -1).IsZero) return true;
            if (left.IsPure && right.IsPure) return false;
        }
        return Decide(EquivalenceTier.Numeric) && AgreeNumerically(gold, predicted);
    }

    private static bool HasInnerInfinity(Node node)
    {
        var inner = node.Kind == NodeKind.Negate ? node[0] : node;
        return inner.Items.Length > 0 && inner.Any(n => n is { Kind: NodeKind.Constant, Name: "∞" });
    }

    private bool Decide(EquivalenceTier tier)
    {
        Tier = tier;
        return true;
    }

    /// <summary>Decimal places of a number that was written as a decimal, -1 of anything else.</summary>
    private static int DecimalPlaces(Node node) => node.Kind switch
    {
        NodeKind.Negate or NodeKind.Degree or NodeKind.WithUnit => DecimalPlaces(node[0]),
        // 1.2 times a power of ten is a decimal too.
        NodeKind.Multiply when node.Items.Length == 2 && node[1] is { Kind: NodeKind.Power } power && power[0].IsNumber && power[0].Value == 10 && power[1].IsNumber => DecimalPlaces(node[0]) is var places and >= 0 ? Math.Max(0, places - (int)power[1].Value.Numerator) : -1,
        NodeKind.Number => node.Places,
        _ => -1,
    };

    /// <summary>Six correct places, rounded, and not a coarse value of a tiny one.</summary>
    private bool DecimalMatches(Node predicted, BigRational value, BigRational difference, BigRational gold)
    {
        if (DecimalPlaces(predicted) < 6) return false;
        Tier = EquivalenceTier.Decimal;
        var gap = BigRational.Abs(difference);
        return gap.CompareTo(new BigRational(1, 2_000_000)) <= 0 && (gap * 1000).CompareTo(BigRational.Abs(gold)) <= 0 && value.Sign == gold.Sign;
    }

    private bool LongDecimal(Node gold, Node predicted, BigRational value)
    {
        Tier = EquivalenceTier.Decimal;
        if (DecimalPlaces(predicted) < 6) return false;
        var exact = new NumericEvaluator(budget).Evaluate(gold);
        if (!double.IsFinite(exact.Real) || Math.Abs(exact.Imaginary) > 1e-12) return false;
        var gap = Math.Abs(exact.Real - value.ToDouble());
        return gap <= 0.5e-6 * (1 + 1e-9) && gap * 1000 <= Math.Abs(exact.Real);
    }

    /// <summary>Constants in high precision where doubles agree; functions at points drawn from the expressions themselves.</summary>
    private bool AgreeNumerically(Node gold, Node predicted)
    {
        var evaluator = new NumericEvaluator(budget);
        if (!gold.HasVariable && !predicted.HasVariable)
        {
            var (x, y) = (evaluator.Evaluate(gold), evaluator.Evaluate(predicted));
            if (!Close(x, y, 1e-9) && !(Complex.Abs(x) < 1e-9 && Complex.Abs(y) < 1e-9)) return false;
            // What more digits would have told apart is not taken for equal when no steps are left to look.
            return PreciseEvaluator.Agree(gold, predicted, budget) ?? (!budget.IsSpent && Close(x, y, 1e-13));
        }
        return new PointComparison(gold, predicted, budget, evaluator).Agree();
    }

    public static bool Close(Complex x, Complex y, double tolerance)
    {
        if (double.IsNaN(x.Real) || double.IsNaN(y.Real) || double.IsInfinity(x.Real) || double.IsInfinity(y.Real)) return false;
        var size = Math.Max(Complex.Abs(x), Complex.Abs(y));
        return size == 0 || Complex.Abs(x - y) <= tolerance * Math.Max(size, size < 1e-9 ? 0 : 1e-9);
    }
}
