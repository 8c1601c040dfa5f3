using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <content>Factorials, binomials, determinants, logarithms, and functions of several values.</content>
internal static partial class ExactEvaluator
{
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
