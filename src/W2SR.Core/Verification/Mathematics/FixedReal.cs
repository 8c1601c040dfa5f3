using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>A binary floating-point number of 224 bits, about 67 digits. Deterministic on every machine.</summary>
internal readonly struct FixedReal
{
    private const int Bits = 224;

    private readonly BigInteger mantissa;
    private readonly int exponent;

    private FixedReal(BigInteger mantissa, int exponent)
    {
        var excess = (int)mantissa.GetBitLength() - Bits;
        this.mantissa = excess > 0 ? mantissa >> excess : mantissa;
        this.exponent = excess > 0 ? exponent + excess : exponent;
    }

    private static readonly Lazy<FixedReal> LazyPi = new(() => From(16) * ArcTanInverse(5) - From(4) * ArcTanInverse(239));
    private static readonly Lazy<FixedReal> LazyLn2 = new(() => LogNear(From(2)));

    public static FixedReal Pi => LazyPi.Value;

    public bool IsZero => mantissa.IsZero;

    public int Sign => mantissa.Sign;

    /// <summary>Position of the highest bit.</summary>
    private int Magnitude => (int)mantissa.GetBitLength() + exponent;

    public static FixedReal From(BigRational value)
    {
        if (value.IsZero) return default;
        var shift = (int)Math.Max(0, Bits + 8 - (value.Numerator.GetBitLength() - value.Denominator.GetBitLength()));
        return new((value.Numerator << shift) / value.Denominator, -shift);
    }

    public static FixedReal operator -(FixedReal a) => new(-a.mantissa, a.exponent);

    public static FixedReal operator +(FixedReal a, FixedReal b)
    {
        if (a.IsZero) return b;
        if (b.IsZero) return a;
        if (a.exponent < b.exponent) (a, b) = (b, a);
        var shift = a.exponent - b.exponent;
        // One that is far below the other is lost in rounding.
        if (shift > 3 * Bits) return a;
        var sum = new FixedReal((a.mantissa << shift) + b.mantissa, b.exponent);
        // What is left of an exact zero after rounding is zero.
        return sum.Magnitude < Math.Max(a.Magnitude, b.Magnitude) - 205 ? default : sum;
    }

    public static FixedReal operator -(FixedReal a, FixedReal b) => a + -b;

    public static FixedReal operator *(FixedReal a, FixedReal b) => new(a.mantissa * b.mantissa, a.exponent + b.exponent);

    /// <summary>The caller has seen to it that <paramref name="b"/> is not zero.</summary>
    public static FixedReal operator /(FixedReal a, FixedReal b)
    {
        var shift = Math.Max(0, Bits + 8 + (int)b.mantissa.GetBitLength() - (int)a.mantissa.GetBitLength());
        return new((a.mantissa << shift) / b.mantissa, a.exponent - b.exponent - shift);
    }

    /// <summary>Equal to about 45 digits, relative to the larger.</summary>
    public static bool AreClose(FixedReal a, FixedReal b)
    {
        if (a.IsZero || b.IsZero) return a.IsZero && b.IsZero;
        var difference = a - b;
        return difference.IsZero || difference.Magnitude <= Math.Max(a.Magnitude, b.Magnitude) - 150;
    }

    public static FixedReal? Power(FixedReal basis, BigRational exponent)
    {
        if (basis.IsZero) return exponent.Sign > 0 ? basis : null;
        if (exponent.IsInteger && BigInteger.Abs(exponent.Numerator) <= 4096)
        {
            var result = From(1);
            var factor = basis;
            for (var n = (int)BigInteger.Abs(exponent.Numerator); n > 0; n >>= 1, factor *= factor)
                if ((n & 1) == 1)
                    result *= factor;
            return exponent.Sign < 0 ? From(1) / result : result;
        }
        if (basis.Sign < 0)
        {
            if (exponent.Denominator.IsEven || Power(-basis, exponent) is not { } real) return null;
            return exponent.Numerator.IsEven ? real : -real;
        }
        if (exponent.Denominator == 2 && exponent.Numerator.IsOne) return SquareRoot(basis);
        return Log(basis) is { } log ? Exp(From(exponent) * log) : null;
    }

    private static FixedReal SquareRoot(FixedReal a)
    {
        var shift = Math.Max(0, 2 * Bits + 2 - (int)a.mantissa.GetBitLength());
        if (((a.exponent - shift) & 1) != 0) shift++;
        var target = a.mantissa << shift;
        var guess = BigInteger.One << (int)((target.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (guess + target / guess) >> 1;
            if (next >= guess) break;
            guess = next;
        }
        return new(guess, (a.exponent - shift) / 2);
    }

    private double ToDouble() => mantissa.IsZero ? 0 : Math.ScaleB((double)(mantissa >> Math.Max(0, (int)mantissa.GetBitLength() - 60)), exponent + Math.Max(0, (int)mantissa.GetBitLength() - 60));

    public static FixedReal? Exp(FixedReal x)
    {
        if (x.IsZero) return From(1);
        var size = x.ToDouble();
        if (Math.Abs(size) > 5000) return null;
        // e^x = 2^k e^r, r halved ten times for a short series.
        var k = (int)Math.Round(size / Math.Log(2));
        var r = x - From(k) * LazyLn2.Value;
        r = new FixedReal(r.mantissa, r.exponent - 10);
        var (sum, term) = (From(1), From(1));
        for (var n = 1; n < 60 && !term.IsZero; n++)
        {
            term = term * r / From(n);
            if (term.Magnitude < -Bits - 8) break;
            sum += term;
        }
        for (var i = 0; i < 10; i++) sum *= sum;
        return new FixedReal(sum.mantissa, sum.exponent + k);
    }

    public static FixedReal? Log(FixedReal x)
    {
        if (x.Sign <= 0) return null;
        var k = x.Magnitude;
        // x = 2^k m with m in [1/2, 1); the root of m, thrice, comes near 1.
        var m = new FixedReal(x.mantissa, x.exponent - k);
        return LogNear(m) + From(k) * LazyLn2.Value;
    }

    /// <summary>2 artanh((m - 1) / (m + 1)) after three square roots.</summary>
    private static FixedReal LogNear(FixedReal m)
    {
        for (var i = 0; i < 4; i++) m = SquareRoot(m);
        var t = (m - From(1)) / (m + From(1));
        if (t.IsZero) return default;
        var square = t * t;
        var (sum, power) = (t, t);
        for (var n = 3; n < 400; n += 2)
        {
            power *= square;
            if (power.Magnitude < t.Magnitude - Bits - 8) break;
            sum += power / From(n);
        }
        return new FixedReal(sum.mantissa, sum.exponent + 5);
    }

    public static (FixedReal Sin, FixedReal Cos)? SinCos(FixedReal x)
    {
        var size = x.ToDouble();
        if (Math.Abs(size) > 1e6) return null;
        var turns = (int)Math.Round(size / (2 * Math.PI));
        var r = x - From(2 * turns) * Pi;
        var square = r * r;
        var (sin, cos, term) = (r, From(1), From(1));
        for (var n = 1; n < 160; n++)
        {
            term = term * r / From(n);
            if (term.IsZero || term.Magnitude < -Bits - 8) break;
            if (n == 1) continue;
            var signed = (n & 2) == 0 ? term : -term;
            if ((n & 1) == 0) cos += signed;
            else sin += signed;
        }
        _ = square;
        return (Chop(sin), Chop(cos));
    }

    /// <summary>What is left of an exact zero.</summary>
    private static FixedReal Chop(FixedReal x) => x.Magnitude < -180 ? default : x;

    public static FixedReal? ArcTan(FixedReal x)
    {
        var one = From(1);
        if (x.Sign < 0) return -ArcTan(-x);
        // Halve the angle until the series is short.
        var halvings = 0;
        for (; x.Magnitude > -3 && halvings < 12; halvings++) x /= one + SquareRoot(one + x * x);
        var square = x * x;
        var (sum, power) = (x, x);
        for (var n = 3; n < 400; n += 2)
        {
            power = -(power * square);
            if (power.IsZero || power.Magnitude < -Bits - 8) break;
            sum += power / From(n);
        }
        return new FixedReal(sum.mantissa, sum.exponent + halvings);
    }

    private static FixedReal ArcTanInverse(int n)
    {
        var x = From(1) / From(n);
        var square = x * x;
        var (sum, power) = (x, x);
        for (var k = 3; power.Magnitude > -Bits - 8; k += 2)
        {
            power = -(power * square);
            sum += power / From(k);
        }
        return sum;
    }
}
