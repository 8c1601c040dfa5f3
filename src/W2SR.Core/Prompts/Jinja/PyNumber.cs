using System.Numerics;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Python's numbers: integers of any size, 64-bit floats, and bools that count as 0 and 1.</summary>
internal static class PyNumber
{
    public static bool AreEqual(object left, object right) => Compare(left, right) == 0;

    /// <summary>The order of two numbers, exact also between a large integer and a float; null where one is not a number.</summary>
    public static int? Compare(object left, object right)
    {
        if (Py.AsInteger(left) is { } a)
            return Py.AsInteger(right) is { } b ? a.CompareTo(b) : Compare(a, (double)right);
        if (Py.AsInteger(right) is { } c)
            return -Compare(c, (double)left);
        var (x, y) = ((double)left, (double)right);
        return double.IsNaN(x) || double.IsNaN(y) ? null : x.CompareTo(y) is 0 || x == y ? 0 : x < y ? -1 : 1;
    }

    private static int? Compare(BigInteger integer, double real)
    {
        if (double.IsNaN(real))
            return null;
        if (double.IsInfinity(real))
            return real > 0 ? -1 : 1;
        var floor = Math.Floor(real);
        var order = integer.CompareTo(new BigInteger(floor));
        return order != 0 || floor == real ? order : -1;
    }

    public static int Hash(object value)
    {
        if (Py.AsInteger(value) is { } integer)
            return integer.GetHashCode();
        var real = (double)value;
        return double.IsFinite(real) && real == Math.Floor(real) ? new BigInteger(real).GetHashCode() : real.GetHashCode();
    }

    /// <exception cref="JinjaError">An integer beyond the range of floats, or not a number.</exception>
    public static double ToDouble(object? value)
    {
        if (value is double d)
            return d;
        if (value is Undefined u)
            throw u.Fail();
        var integer = Py.AsInteger(value) ?? throw new JinjaError($"must be real number, not {Py.TypeName(value)}");
        var real = ToDouble(integer, BigInteger.One);
        return double.IsInfinity(real) ? throw new JinjaError("int too large to convert to float") : real;
    }

    /// <summary>The float nearest to a quotient of integers, ties to even.</summary>
    public static double ToDouble(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.Sign < 0)
            (numerator, denominator) = (-numerator, -denominator);
        if (numerator.IsZero)
            return 0;
        var magnitude = BigInteger.Abs(numerator);
        // Scaled so that the quotient has 55 bits or more: 53 of the float, one to round, one that is sticky.
        var shift = 55 - ((int)magnitude.GetBitLength() - (int)denominator.GetBitLength());
        shift = Math.Min(shift, 1076); // below the smallest subnormal nothing is left
        var (quotient, remainder) = shift >= 0
            ? BigInteger.DivRem(magnitude << shift, denominator)
            : BigInteger.DivRem(magnitude, denominator << -shift);
        var extra = Math.Max((int)quotient.GetBitLength() - 53, shift - 1074);
        if (extra > 0)
        {
            var mask = (BigInteger.One << extra) - 1;
            var rest = quotient & mask;
            var half = BigInteger.One << (extra - 1);
            quotient >>= extra;
            if (rest > half || (rest == half && (!remainder.IsZero || !quotient.IsEven)))
                quotient++;
            shift -= extra;
        }
        var real = Math.ScaleB((double)quotient, -shift);
        return numerator.Sign < 0 ? -real : real;
    }

    public static object Negate(object? value) => value switch
    {
        double d => -d,
        Undefined u => throw u.Fail(),
        _ => -(Py.AsInteger(value) ?? throw new JinjaError($"bad operand type for unary -: '{Py.TypeName(value)}'")),
    };

    public static object Plus(object? value) => value switch
    {
        double d => d,
        Undefined u => throw u.Fail(),
        _ => Py.AsInteger(value) ?? throw new JinjaError($"bad operand type for unary +: '{Py.TypeName(value)}'"),
    };

    /// <summary>The operators between two numbers.</summary>
    public static object Apply(Budget budget, string op, object left, object right)
    {
        if (Py.AsInteger(left) is { } a && Py.AsInteger(right) is { } b)
            return ApplyIntegers(budget, op, a, b);
        var (x, y) = (ToDouble(left), ToDouble(right));
        switch (op)
        {
            case "+": return x + y;
            case "-": return x - y;
            case "*": return x * y;
            case "/": return y == 0 ? throw new JinjaError("float division by zero") : x / y;
            case "//": return FloorDivide(x, y).Quotient;
            case "%": return FloorDivide(x, y).Remainder;
            default: return Power(x, y);
        }
    }

    private static object ApplyIntegers(Budget budget, string op, BigInteger a, BigInteger b)
    {
        switch (op)
        {
            case "+":
                budget.CheckInteger(Math.Max(a.GetBitLength(), b.GetBitLength()) + 1);
                return a + b;
            case "-":
                budget.CheckInteger(Math.Max(a.GetBitLength(), b.GetBitLength()) + 1);
                return a - b;
            case "*":
                budget.CheckInteger(a.GetBitLength() + b.GetBitLength());
                return a * b;
            case "/":
                if (b.IsZero)
                    throw new JinjaError("division by zero");
                var quotient = ToDouble(a, b);
                return double.IsInfinity(quotient) ? throw new JinjaError("integer division result too large for a float") : quotient;
            case "//":
                return b.IsZero ? throw new JinjaError("integer division or modulo by zero") : FloorDivide(a, b);
            case "%":
                return b.IsZero ? throw new JinjaError("integer modulo by zero") : a - b * FloorDivide(a, b);
            default:
                if (b.Sign < 0)
                    return Power(ToDouble(a), ToDouble(b));
                if (a.IsZero || a.IsOne || b.IsZero)
                    return b.IsZero ? BigInteger.One : a;
                if (a == BigInteger.MinusOne)
                    return b.IsEven ? BigInteger.One : a;
                budget.CheckInteger((long)BigInteger.Min(long.MaxValue, b * Math.Max(1, BigInteger.Abs(a).GetBitLength() - 1)));
                return BigInteger.Pow(a, (int)b);
        }
    }

    public static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        var quotient = BigInteger.DivRem(a, b, out var remainder);
        return !remainder.IsZero && remainder.Sign != b.Sign ? quotient - 1 : quotient;
    }

    private static (double Quotient, double Remainder) FloorDivide(double x, double y)
    {
        if (y == 0)
            throw new JinjaError("float floor division by zero");
        var remainder = x % y;
        var quotient = (x - remainder) / y;
        if (remainder != 0)
        {
            if (y < 0 != remainder < 0)
            {
                remainder += y;
                quotient -= 1;
            }
        }
        else
        {
            remainder = Math.CopySign(0, y);
        }
        if (quotient == 0)
            return (Math.CopySign(0, x / y), remainder);
        var floor = Math.Floor(quotient);
        return (quotient - floor > 0.5 ? floor + 1 : floor, remainder);
    }

    private static double Power(double x, double y)
    {
        if (x == 0 && y < 0)
            throw new JinjaError("0.0 cannot be raised to a negative power");
        if (x < 0 && double.IsFinite(x) && double.IsFinite(y) && y != Math.Floor(y))
            throw new JinjaError("complex numbers are not supported");
        var power = Math.Pow(x, y);
        return double.IsInfinity(power) && double.IsFinite(x) && double.IsFinite(y) ? throw new JinjaError("Numerical result out of range") : power;
    }
}
