using System.Numerics;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>A product of generators with rational exponents, sorted by generator.</summary>
internal sealed class Monomial : IComparable<Monomial>
{
    private readonly (string Generator, BigRational Exponent)[] factors;

    private Monomial((string, BigRational)[] factors) => this.factors = factors;

    public static Monomial One { get; } = new([]);

    public static Monomial Of(string generator, BigRational exponent) => exponent.IsZero ? One : new([(generator, exponent)]);

    public bool IsOne => factors.Length == 0;

    public ReadOnlySpan<(string Generator, BigRational Exponent)> Factors => factors;

    /// <summary>Product; what the rules of i and of roots of primes free goes into the coefficient.</summary>
    public static Monomial Multiply(Monomial a, Monomial b, ref BigRational coefficient)
    {
        if (a.IsOne) return b;
        if (b.IsOne) return a;
        var result = new List<(string, BigRational)>(a.factors.Length + b.factors.Length);
        int i = 0, j = 0;
        while (i < a.factors.Length || j < b.factors.Length)
        {
            var order = i == a.factors.Length ? 1 : j == b.factors.Length ? -1 : string.CompareOrdinal(a.factors[i].Generator, b.factors[j].Generator);
            if (order < 0) result.Add(a.factors[i++]);
            else if (order > 0) result.Add(b.factors[j++]);
            else
            {
                var (name, exponent) = Reduce(a.factors[i].Generator, a.factors[i++].Exponent + b.factors[j++].Exponent, ref coefficient);
                if (!exponent.IsZero) result.Add((name, exponent));
            }
        }
        return new([.. result]);
    }

    /// <summary>i has period four; p^(q) with q at least 1 gives up whole powers of p. Such a generator's name is '#' and the prime.</summary>
    private static (string, BigRational) Reduce(string name, BigRational exponent, ref BigRational coefficient)
    {
        if (name == "i")
        {
            var turns = (int)(exponent.Numerator % 4);
            if (turns >= 2) coefficient = -coefficient;
            return (name, turns % 2);
        }
        if (name[0] == '#')
        {
            var whole = exponent.Floor();
            if (!whole.IsZero)
            {
                coefficient *= BigRational.Pow(BigInteger.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture), (int)whole);
                exponent -= whole;
            }
        }
        return (name, exponent);
    }

    public int CompareTo(Monomial? other)
    {
        if (other is null) return 1;
        if (ReferenceEquals(this, other)) return 0;
        if (factors.Length != other.factors.Length) return factors.Length.CompareTo(other.factors.Length);
        for (var i = 0; i < factors.Length; i++)
        {
            var order = string.CompareOrdinal(factors[i].Generator, other.factors[i].Generator);
            if (order == 0) order = factors[i].Exponent.CompareTo(other.factors[i].Exponent);
            if (order != 0) return order;
        }
        return 0;
    }
}
