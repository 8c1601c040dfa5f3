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
internal static class ExactEvaluator
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

    private static Exactness Factorial(Node node, WorkBudget budget, out BigRational value)
    {
        value = default;
        var found = Evaluate(node[0], budget, out var argument);
        if (found != Exactness.Rational) return found;
        if (!argument.IsInteger) return Exactness.Other;
        if (argument.Sign < 0 || argument.Numerator > 5000) return Exactness.Undefined;
        var n = (int)argument.Numerator;
        if (!budget.Spend((long)n * n / 2000)) return Exactness.Undefined;
        value = Range(1, n);
        return Exactness.Rational;
    }

    /// <summary>Product of the integers from low to high, halved so that the factors stay of a size.</summary>
    private static BigInteger Range(int low, int high)
    {
        if (low > high) return BigInteger.One;
        if (high - low < 8)
        {
            BigInteger product = low;
            for (var i = low + 1; i <= high; i++) product *= i;
            return product;
        }
        var middle = (low + high) / 2;
        return Range(low, middle) * Range(middle + 1, high);
    }

    private static Exactness Binomial(Node node, WorkBudget budget, out BigRational value)
    {
        value = default;
        var above = Evaluate(node[0], budget, out var n);
        var below = Evaluate(node[1], budget, out var k);
        if (above == Exactness.Undefined || below == Exactness.Undefined) return Exactness.Undefined;
        if (above != Exactness.Rational || below != Exactness.Rational || !k.IsInteger || !n.IsInteger) return Exactness.Other;
        if (k.Sign < 0 || n.Sign < 0) return Exactness.Other;
        if (n.Numerator > 100_000) return Exactness.Undefined;
        var (whole, part) = ((int)n.Numerator, k.Numerator > n.Numerator ? -1 : (int)k.Numerator);
        if (part < 0)
        {
            value = BigRational.Zero;
            return Exactness.Rational;
        }
        part = Math.Min(part, whole - part);
        if (part > 5000 || !budget.Spend((long)part * part / 1000)) return Exactness.Undefined;
        value = Range(whole - part + 1, whole) / Range(1, part);
        return Exactness.Rational;
    }

    private static Exactness Determinant(Node matrix, WorkBudget budget, out BigRational value)
    {
        value = default;
        var n = matrix.Places;
        if (matrix.Items.Length != n * n || n > 8) return Exactness.Other;
        var entries = new BigRational[n * n];
        for (var i = 0; i < entries.Length; i++)
            if (Evaluate(matrix[i], budget, out entries[i]) is var found and not Exactness.Rational)
                return found;
        var result = BigRational.One;
        for (var column = 0; column < n; column++)
        {
            var pivot = column;
            while (pivot < n && entries[pivot * n + column].IsZero) pivot++;
            if (pivot == n) return Exactness.Rational;
            if (pivot != column)
            {
                for (var j = 0; j < n; j++) (entries[pivot * n + j], entries[column * n + j]) = (entries[column * n + j], entries[pivot * n + j]);
                result = -result;
            }
            result *= entries[column * n + column];
            for (var row = column + 1; row < n; row++)
            {
                var factor = entries[row * n + column] / entries[column * n + column];
                for (var j = column; j < n; j++)
                {
                    if (!budget.Spend(1) || !budget.Spend(factor, entries[column * n + j])) return Exactness.Undefined;
                    entries[row * n + j] -= factor * entries[column * n + j];
                }
            }
            if (result.Bits > WorkBudget.MostBits) return Exactness.Undefined;
        }
        value = result;
        return Exactness.Rational;
    }

    /// <summary>Logarithms of powers of their base, and trigonometry at zero.</summary>
    private static Exactness Function(Node node, WorkBudget budget, out BigRational value)
    {
        value = default;
        if (node.Name == "ln" && node[0] is { Kind: NodeKind.Power } power && power[0] is { Kind: NodeKind.Constant, Name: "e" }) return Evaluate(power[1], budget, out value);
        if (node.Name is "max" or "min" or "gcd" or "lcm") return OfSeveral(node, budget, out value);
        // The logarithm of a power of its own base, however large.
        if (node.Name == "log" && node[0] is { Kind: NodeKind.Power } own && own[0].IsNumber && (node.Items.Length == 1 ? own[0].Value == 10 : node[1].IsNumber && own[0].Value == node[1].Value) && own[0].Value.CompareTo(1) > 0)
            return Evaluate(own[1], budget, out value);
        var found = Evaluate(node[0], budget, out var argument);
        if (found != Exactness.Rational) return found;
        if (node.Name is "ln" or "log" && argument.Sign <= 0) return argument.IsZero ? Exactness.Undefined : Exactness.Other;
        if (node.Name == "ln" && argument.IsOne) return Exactness.Rational;
        if (node.Name != "log") return Exactness.Other;
        BigRational radix = 10;
        if (node.Items.Length > 1 && Evaluate(node[1], budget, out radix) is var order and not Exactness.Rational) return order;
        if (radix.Sign <= 0 || radix.IsOne) return Exactness.Undefined;
        if (argument.IsOne) return Exactness.Rational;
        var guess = Logarithm(argument) / Logarithm(radix);
        // log of 8 to base 4 is 3/2: try small denominators.
        for (var d = 1; d <= 6; d++)
        {
            var n = Math.Round(guess * d);
            if (Math.Abs(guess * d - n) > 1e-9 || Math.Abs(n) > 4000 || !budget.Spend(50 + (long)Math.Abs(n))) continue;
            if (BigRational.Pow(radix, (int)n) != BigRational.Pow(argument, d)) continue;
            value = new BigRational((BigInteger)n, d);
            return Exactness.Rational;
        }
        return Exactness.Other;
    }

    /// <summary>The largest or smallest, or the common divisor or multiple, of the values in brackets.</summary>
    private static Exactness OfSeveral(Node node, WorkBudget budget, out BigRational value)
    {
        value = default;
        if (node[0] is not { Kind: NodeKind.Bracketed or NodeKind.Set } list) return Exactness.Other;
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (Evaluate(list[i], budget, out var next) is var found and not Exactness.Rational) return found;
            if (node.Name is "gcd" or "lcm" && (!next.IsInteger || next.Sign <= 0)) return Exactness.Other;
            if (i == 0) value = next;
            else if (node.Name == "max") value = next.CompareTo(value) > 0 ? next : value;
            else if (node.Name == "min") value = next.CompareTo(value) < 0 ? next : value;
            else
            {
                if (!budget.Spend((value.Bits + next.Bits) * (value.Bits + next.Bits) / 80_000)) return Exactness.Undefined;
                var common = BigInteger.GreatestCommonDivisor(value.Numerator, next.Numerator);
                value = node.Name == "gcd" ? common : value.Numerator / common * next.Numerator;
                if (value.Bits > WorkBudget.MostBits) return Exactness.Undefined;
            }
        }
        return Exactness.Rational;
    }

    private static double Logarithm(BigRational value) => BigInteger.Log(value.Numerator) - BigInteger.Log(value.Denominator);
}
