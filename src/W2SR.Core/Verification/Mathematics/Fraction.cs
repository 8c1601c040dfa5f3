using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>A quotient of polynomials. Pure: nothing in it was taken as an opaque whole, so that unequal forms are unequal values.</summary>
internal sealed record Fraction(Polynomial Above, Polynomial Below, bool IsPure);

/// <summary>Brings expressions into the canonical form of <see cref="Fraction"/>.</summary>
internal sealed class FractionBuilder(WorkBudget budget)
{
    private static readonly Polynomial One = Polynomial.Constant(1);

    /// <summary>True once a division by zero was met.</summary>
    public bool IsUndefined { get; private set; }

    private bool isPure = true;

    /// <summary>Builds; null where it grows too large or is not defined.</summary>
    public Fraction? Build(Node node)
    {
        isPure = true;
        return Convert(node) is { } parts ? new Fraction(parts.Above, parts.Below, isPure) : null;
    }

    private (Polynomial Above, Polynomial Below)? Convert(Node node)
    {
        if (!budget.Spend(1)) return null;
        switch (node.Kind)
        {
            case NodeKind.Number:
                return (Polynomial.Constant(node.Value), One);
            case NodeKind.Constant or NodeKind.Variable:
                return (Polynomial.Of(Monomial.Of(node.Kind == NodeKind.Variable ? "$" + node.Name : node.Name, 1), 1), One);
            case NodeKind.Negate:
                return Convert(node[0]) is { } inside ? (Polynomial.Constant(0).Plus(inside.Above, -1), inside.Below) : null;
            case NodeKind.Degree or NodeKind.WithUnit:
                return Convert(node[0]);
            case NodeKind.Percent:
                return Convert(node[0]) is { } percent && percent.Below.Times(Polynomial.Constant(100), budget) is { } below ? (percent.Above, below) : null;
            case NodeKind.Add:
                return Sum(node);
            case NodeKind.Multiply:
                {
                    (Polynomial, Polynomial)? product = (One, One);
                    foreach (var item in node.Items) product = Times(product, Convert(item));
                    return product;
                }
            case NodeKind.Divide:
                return Times(Convert(node[0]), Inverse(Convert(node[1])));
            case NodeKind.Power:
                return Power(node[0], node[1]) ?? Opaque(node);
            case NodeKind.Root:
                return ExactEvaluator.Evaluate(node[1], budget, out var index) == Exactness.Rational && index.IsInteger && index.Sign > 0 && index.Numerator <= 64
                    ? RootOf(node[0], new BigRational(1, index.Numerator)) ?? Opaque(node)
                    : Opaque(node);
            case NodeKind.Binomial when node[1].IsNumber && node[1].Value is { IsInteger: true, Sign: >= 0 } k && k.Numerator <= 12:
                return Falling(node[0], (int)k.Numerator);
            default:
                if (ExactEvaluator.Evaluate(node, budget, out var value) is var found && found == Exactness.Rational) return (Polynomial.Constant(value), One);
                IsUndefined |= found == Exactness.Undefined;
                return found == Exactness.Undefined ? null : Opaque(node);
        }
    }

    private (Polynomial, Polynomial)? Opaque(Node node)
    {
        if (IsUndefined) return null;
        isPure = false;
        return (Polynomial.Of(Monomial.Of("~" + Renderer.Render(node), 1), 1), One);
    }

    private (Polynomial, Polynomial)? Sum(Node node)
    {
        (Polynomial Above, Polynomial Below)? sum = (Polynomial.Constant(0), One);
        foreach (var item in node.Items)
        {
            if (sum is not { } left || Convert(item) is not { } right || !budget.Spend(2 * (left.Above.Count + right.Above.Count))) return null;
            if (left.Below.AsConstant() is { } a && right.Below.AsConstant() is { } b)
            {
                // Constant denominators go into the numerators.
                sum = (Scale(left.Above, BigRational.One / a).Plus(right.Above, BigRational.One / b), One);
                continue;
            }
            if (left.Above.Times(right.Below, budget) is not { } first || right.Above.Times(left.Below, budget) is not { } second || left.Below.Times(right.Below, budget) is not { } below) return null;
            sum = (first.Plus(second, 1), below);
        }
        return sum;
    }

    private static Polynomial Scale(Polynomial polynomial, BigRational factor) => factor.IsOne ? polynomial : Polynomial.Constant(0).Plus(polynomial, factor);

    private (Polynomial, Polynomial)? Times((Polynomial Above, Polynomial Below)? left, (Polynomial Above, Polynomial Below)? right) =>
        left is { } a && right is { } b && a.Above.Times(b.Above, budget) is { } above && a.Below.Times(b.Below, budget) is { } below ? (above, below) : null;

    private (Polynomial, Polynomial)? Inverse((Polynomial Above, Polynomial Below)? value)
    {
        if (value is not { } parts) return null;
        if (!parts.Above.IsZero) return (parts.Below, parts.Above);
        IsUndefined = true;
        return null;
    }

    private (Polynomial, Polynomial)? Falling(Node node, int k)
    {
        (Polynomial Above, Polynomial Below)? result = (One, One);
        for (var i = 0; i < k; i++) result = Times(result, Times(Convert(Node.Of(NodeKind.Add, node, Node.Number(-i))), (One, Polynomial.Constant(i + 1))));
        return result;
    }

    private (Polynomial, Polynomial)? Power(Node basis, Node exponent)
    {
        if (ExactEvaluator.Evaluate(exponent, budget, out var up) != Exactness.Rational) return null;
        if (!up.IsInteger) return up.Denominator <= 64 && BigInteger.Abs(up.Numerator) < 1000 ? RootOf(basis, up) : null;
        if (BigInteger.Abs(up.Numerator) > 64)
        {
            // Large powers stay within reach for single variables and numbers only.
            if (basis.Kind == NodeKind.Variable && up.Sign > 0 && up.Numerator < 1_000_000) return (Polynomial.Of(Monomial.Of("$" + basis.Name, up), 1), One);
            return ExactEvaluator.Evaluate(Node.Of(NodeKind.Power, basis, exponent), budget, out var value) == Exactness.Rational ? (Polynomial.Constant(value), One) : null;
        }
        if (Convert(basis) is not { } parts) return null;
        (Polynomial, Polynomial)? factor = up.Sign < 0 ? Inverse(parts) : parts;
        (Polynomial, Polynomial)? result = (One, One);
        for (var n = (int)BigInteger.Abs(up.Numerator); n > 0; n >>= 1)
        {
            if ((n & 1) == 1) result = Times(result, factor);
            if (n > 1) factor = Times(factor, factor);
            if (result is null || factor is null) return null;
        }
        return result;
    }

    /// <summary>A rational power of a rational number, by its primes; of a negative number the principal square root or the real odd root.</summary>
    private (Polynomial, Polynomial)? RootOf(Node basis, BigRational exponent)
    {
        if (ExactEvaluator.Evaluate(basis, budget, out var value) != Exactness.Rational || value.Bits > 4096) return null;
        if (value.IsZero) return exponent.Sign > 0 ? (Polynomial.Constant(0), One) : null;
        BigRational coefficient = 1;
        var monomial = Monomial.One;
        if (value.Sign < 0)
        {
            if (exponent.Denominator == 2) monomial = Monomial.Of("i", ((exponent.Numerator % 4) + 4) % 4);
            else if (!exponent.Denominator.IsEven) coefficient = exponent.Numerator.IsEven ? 1 : -1;
            else return null;
            if (exponent.Denominator == 2 && exponent.Numerator != 1) return null;
            value = -value;
        }
        if (!TryPrimes(value.Numerator, exponent, ref monomial, ref coefficient) || !TryPrimes(value.Denominator, -exponent, ref monomial, ref coefficient)) return null;
        return (Polynomial.Of(monomial, coefficient), One);
    }

    private bool TryPrimes(BigInteger number, BigRational exponent, ref Monomial monomial, ref BigRational coefficient)
    {
        for (var p = 2; p < 1000 && !number.IsOne; p += p == 2 ? 1 : 2)
        {
            if ((long)p * p > number) break;
            var power = 0;
            while (BigInteger.DivRem(number, p, out var rest) is var quotient && rest.IsZero)
            {
                number = quotient;
                power++;
            }
            if (power > 0 && !TryPrime(p, exponent * power, ref monomial, ref coefficient)) return false;
            if ((p & 63) == 1 && !budget.Spend(1)) return false;
        }
        // What has no factor below a thousand is prime below a million.
        return number.IsOne || (number < 1_000_000 && TryPrime(number, exponent, ref monomial, ref coefficient));
    }

    private static bool TryPrime(BigInteger prime, BigRational exponent, ref Monomial monomial, ref BigRational coefficient)
    {
        var whole = exponent.Floor();
        if (BigInteger.Abs(whole) > 2000) return false;
        if (!whole.IsZero) coefficient *= BigRational.Pow(prime, (int)whole);
        var rest = exponent - whole;
        if (!rest.IsZero) monomial = Monomial.Multiply(monomial, Monomial.Of("#" + prime.ToString(System.Globalization.CultureInfo.InvariantCulture), rest), ref coefficient);
        return true;
    }
}
