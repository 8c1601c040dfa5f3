using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>What came of an exact evaluation.</summary>
internal enum Exactness
{
    /// <summary>A rational number.</summary>
    Rational,

    /// <summary>Irrational, complex, or with variables.</summary>
    Other,

    /// <summary>Division by zero, or a number too large to write.</summary>
    Undefined,
}

/// <summary>Evaluates an expression to an exact rational where it has one.</summary>
internal static partial class ExactEvaluator
{
    public static Exactness Evaluate(Node node, WorkBudget budget, out BigRational value)
    {
        value = default;
        if (!budget.Spend(1)) return Exactness.Undefined;
        switch (node.Kind)
        {
            case NodeKind.Number:
                value = node.Value;
                return Exactness.Rational;
            case NodeKind.Degree or NodeKind.WithUnit:
                return Evaluate(node[0], budget, out value);
            case NodeKind.Percent:
                return Then(Evaluate(node[0], budget, out var percent), percent / 100, out value);
            case NodeKind.Negate:
                return Then(Evaluate(node[0], budget, out var positive), -positive, out value);
            case NodeKind.Add:
                return Fold(node, budget, (a, b) => a + b, BigRational.Zero, out value);
            case NodeKind.Multiply:
                return Fold(node, budget, (a, b) => a * b, BigRational.One, out value);
            case NodeKind.Divide:
                return Quotient(node, budget, out value);
            case NodeKind.Power:
                return Power(node, budget, out value);
            case NodeKind.Root:
                return Root(node, budget, out value);
            case NodeKind.Absolute:
                return Then(Evaluate(node[0], budget, out var signed), BigRational.Abs(signed), out value);
            case NodeKind.Floor:
                return Then(Evaluate(node[0], budget, out var low), low.Floor(), out value);
            case NodeKind.Ceiling:
                return Then(Evaluate(node[0], budget, out var high), -(-high).Floor(), out value);
            case NodeKind.Factorial:
                return Factorial(node, budget, out value);
            case NodeKind.Binomial:
                return Binomial(node, budget, out value);
            case NodeKind.Determinant:
                return Determinant(node[0], budget, out value);
            case NodeKind.Function:
                return Function(node, budget, out value);
            default:
                return Exactness.Other;
        }
    }

    private static Exactness Then(Exactness found, BigRational result, out BigRational value)
    {
        value = found == Exactness.Rational ? result : default;
        return found;
    }

    private static Exactness Fold(Node node, WorkBudget budget, Func<BigRational, BigRational, BigRational> join, BigRational start, out BigRational value)
    {
        value = start;
        var worst = Exactness.Rational;
        foreach (var item in node.Items)
        {
            var found = Evaluate(item, budget, out var part);
            if (found == Exactness.Undefined) return found;
            if (found == Exactness.Other) worst = Exactness.Other;
            if (worst != Exactness.Rational) continue;
            if (value.Bits + part.Bits > WorkBudget.MostBits || !budget.Spend(value, part)) return Exactness.Undefined;
            value = join(value, part);
        }
        return worst;
    }

    private static Exactness Quotient(Node node, WorkBudget budget, out BigRational value)
    {
        value = default;
        var below = Evaluate(node[1], budget, out var divisor);
        if (below == Exactness.Undefined || (below == Exactness.Rational && divisor.IsZero)) return Exactness.Undefined;
        var above = Evaluate(node[0], budget, out var dividend);
        if (above != Exactness.Rational || below != Exactness.Rational) return above == Exactness.Undefined ? above : Exactness.Other;
        if (!budget.Spend(dividend, BigRational.One / divisor)) return Exactness.Undefined;
        value = dividend / divisor;
        return Exactness.Rational;
    }

    private static Exactness Power(Node node, WorkBudget budget, out BigRational value)
    {
        value = default;
        var up = Evaluate(node[1], budget, out var exponent);
        var down = Evaluate(node[0], budget, out var basis);
        if (up == Exactness.Undefined || down == Exactness.Undefined) return Exactness.Undefined;
        if (up != Exactness.Rational || down != Exactness.Rational) return Exactness.Other;
        if (exponent.IsInteger) return IntegerPower(basis, exponent.Numerator, budget, out value);
        if (exponent.Denominator > 64) return Exactness.Other;
        // An exact root, then the power of it.
        return TryRoot(basis, (int)exponent.Denominator, out var root) ? IntegerPower(root, exponent.Numerator, budget, out value) : Exactness.Other;
    }

    private static Exactness IntegerPower(BigRational basis, BigInteger exponent, WorkBudget budget, out BigRational value)
    {
        value = BigRational.One;
        if (basis.IsZero && exponent.Sign <= 0) return Exactness.Undefined;
        if (exponent.IsZero || basis.IsOne) return Exactness.Rational;
        if (basis.IsZero)
        {
            value = BigRational.Zero;
            return Exactness.Rational;
        }
        if ((-basis).IsOne)
        {
            value = exponent.IsEven ? 1 : -1;
            return Exactness.Rational;
        }
        var size = BigInteger.Abs(exponent);
        if (size > WorkBudget.MostBits || basis.Bits * (long)size > WorkBudget.MostBits * 2 || !budget.Spend(basis.Bits * (long)size / 64)) return Exactness.Undefined;
        value = BigRational.Pow(basis, (int)exponent);
        return Exactness.Rational;
    }

    private static Exactness Root(Node node, WorkBudget budget, out BigRational value)
    {
        value = default;
        var inside = Evaluate(node[0], budget, out var radicand);
        var order = Evaluate(node[1], budget, out var index);
        if (inside == Exactness.Undefined || order == Exactness.Undefined) return Exactness.Undefined;
        if (inside != Exactness.Rational || order != Exactness.Rational || !index.IsInteger || index.Sign <= 0 || index.Numerator > 64) return Exactness.Other;
        return TryRoot(radicand, (int)index.Numerator, out value) ? Exactness.Rational : Exactness.Other;
    }

    /// <summary>The real root when it is rational.</summary>
    public static bool TryRoot(BigRational radicand, int index, out BigRational root)
    {
        root = default;
        if (radicand.Sign < 0)
        {
            if (index % 2 == 0 || !TryRoot(-radicand, index, out var positive)) return false;
            root = -positive;
            return true;
        }
        if (radicand.Bits > 4096 || IntegerRoot(radicand.Numerator, index) is not { } above || IntegerRoot(radicand.Denominator, index) is not { } below) return false;
        root = new BigRational(above, below);
        return true;
    }

    private static BigInteger? IntegerRoot(BigInteger value, int index)
    {
        if (value.IsZero || value.IsOne || index == 1) return value;
        // Newton from above.
        var guess = BigInteger.One << (int)(value.GetBitLength() / index + 1);
        while (true)
        {
            var next = ((index - 1) * guess + value / BigInteger.Pow(guess, index - 1)) / index;
            if (next >= guess) break;
            guess = next;
        }
        return BigInteger.Pow(guess, index) == value ? guess : null;
    }
}
