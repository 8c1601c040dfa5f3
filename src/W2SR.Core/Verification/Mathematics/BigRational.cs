using System.Globalization;
using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>An exact rational number in lowest terms with a positive denominator.</summary>
internal readonly struct BigRational : IEquatable<BigRational>
{
    private readonly BigInteger denominator;

    public BigRational(BigInteger numerator, BigInteger denominator)
    {
        if (!denominator.IsOne)
        {
            if (denominator.Sign < 0) (numerator, denominator) = (-numerator, -denominator);
            var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
            if (!divisor.IsOne) (numerator, denominator) = (numerator / divisor, denominator / divisor);
        }
        Numerator = numerator;
        this.denominator = denominator;
    }

    private BigRational(BigInteger integer)
    {
        Numerator = integer;
        denominator = BigInteger.One;
    }

    public static BigRational Zero { get; } = new(BigInteger.Zero);

    public static BigRational One { get; } = new(BigInteger.One);

    public BigInteger Numerator { get; }

    /// <summary>Positive; 1 in the default value too.</summary>
    public BigInteger Denominator => denominator.IsZero ? BigInteger.One : denominator;

    public bool IsZero => Numerator.IsZero;

    public bool IsOne => Numerator.IsOne && IsInteger;

    public bool IsInteger => Denominator.IsOne;

    public int Sign => Numerator.Sign;

    /// <summary>Size in bits, what the work on it is counted by.</summary>
    public long Bits => Numerator.GetBitLength() + Denominator.GetBitLength();

    public static implicit operator BigRational(int value) => new(value);

    public static implicit operator BigRational(BigInteger value) => new(value);

    public static BigRational operator +(BigRational a, BigRational b) => a.IsInteger && b.IsInteger
        ? new(a.Numerator + b.Numerator)
        : new(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    public static BigRational operator -(BigRational a) => new(-a.Numerator, a.Denominator, default);

    public static BigRational operator -(BigRational a, BigRational b) => a + -b;

    public static BigRational operator *(BigRational a, BigRational b) => a.IsInteger && b.IsInteger
        ? new(a.Numerator * b.Numerator)
        : new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    /// <summary>The caller has seen to it that <paramref name="b"/> is not zero.</summary>
    public static BigRational operator /(BigRational a, BigRational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    public static bool operator ==(BigRational a, BigRational b) => a.Equals(b);

    public static bool operator !=(BigRational a, BigRational b) => !a.Equals(b);

    /// <summary>For lowest terms that are known to be such.</summary>
    private BigRational(BigInteger numerator, BigInteger denominator, byte isReduced)
    {
        _ = isReduced;
        Numerator = numerator;
        this.denominator = denominator;
    }

    public static BigRational Abs(BigRational a) => a.Sign < 0 ? -a : a;

    /// <summary>Integer power of a number that is not zero when the exponent is negative.</summary>
    public static BigRational Pow(BigRational a, int exponent)
    {
        if (exponent >= 0) return new(BigInteger.Pow(a.Numerator, exponent), BigInteger.Pow(a.Denominator, exponent), default);
        var numerator = BigInteger.Pow(a.Denominator, -exponent);
        var denominator = BigInteger.Pow(a.Numerator, -exponent);
        return denominator.Sign < 0 ? new(-numerator, -denominator, default) : new(numerator, denominator, default);
    }

    public BigInteger Floor() => BigInteger.DivRem(Numerator, Denominator, out var rest) - (rest.Sign < 0 ? 1 : 0);

    public int CompareTo(BigRational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    public bool Equals(BigRational other) => Numerator == other.Numerator && Denominator == other.Denominator;

    public override bool Equals(object? obj) => obj is BigRational other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Numerator, Denominator);

    /// <summary>Nearest double; infinite or zero where doubles end.</summary>
    public double ToDouble()
    {
        if (IsInteger && Numerator.GetBitLength() <= 53) return (double)Numerator;
        var shift = (int)(Numerator.GetBitLength() - Denominator.GetBitLength());
        // 64 significant bits of the quotient, then the exponent.
        var up = 64 - shift;
        var scaled = up >= 0 ? (Numerator << up) / Denominator : Numerator / (Denominator << -up);
        return Math.ScaleB((double)scaled, -up);
    }

    /// <summary>True when its decimal expansion ends: the denominator has no prime but 2 and 5.</summary>
    public bool IsTerminating()
    {
        var rest = Denominator;
        if (rest.GetBitLength() > 4096) return false;
        while (rest.IsEven) rest >>= 1;
        while (!rest.IsOne)
        {
            var quotient = BigInteger.DivRem(rest, 5, out var remainder);
            if (!remainder.IsZero) return false;
            rest = quotient;
        }
        return true;
    }

    public override string ToString() => IsInteger
        ? Numerator.ToString(CultureInfo.InvariantCulture)
        : $"{Numerator.ToString(CultureInfo.InvariantCulture)}/{Denominator.ToString(CultureInfo.InvariantCulture)}";
}
