namespace W2SR.Core.Verification.Mathematics;

/// <summary>
/// A sum of monomials with rational coefficients over generators: variables, pi, e, i and roots of primes. i² = -1 and (p^(1/n))^n = p
/// are applied, so equal values of these have one form.
/// </summary>
internal sealed class Polynomial
{
    private readonly SortedDictionary<Monomial, BigRational> terms = [];

    public int Count => terms.Count;

    /// <summary>Generators of the first monomial, what the work on each is about.</summary>
    private int Width => terms.Count == 0 ? 0 : terms.First().Key.Factors.Length;

    public bool IsZero => terms.Count == 0;

    public IEnumerable<KeyValuePair<Monomial, BigRational>> Terms => terms;

    public static Polynomial Constant(BigRational value)
    {
        var result = new Polynomial();
        if (!value.IsZero) result.terms[Monomial.One] = value;
        return result;
    }

    public static Polynomial Of(Monomial monomial, BigRational coefficient)
    {
        var result = new Polynomial();
        result.Add(monomial, coefficient);
        return result;
    }

    /// <summary>The value when there is no generator in it.</summary>
    public BigRational? AsConstant() => terms.Count == 0 ? BigRational.Zero : terms.Count == 1 && terms.TryGetValue(Monomial.One, out var value) ? value : null;

    private void Add(Monomial monomial, BigRational coefficient)
    {
        var sum = terms.TryGetValue(monomial, out var old) ? old + coefficient : coefficient;
        if (sum.IsZero) terms.Remove(monomial);
        else terms[monomial] = sum;
    }

    public Polynomial Plus(Polynomial other, BigRational factor)
    {
        var result = new Polynomial();
        foreach (var (monomial, coefficient) in terms) result.terms[monomial] = coefficient;
        foreach (var (monomial, coefficient) in other.terms) result.Add(monomial, coefficient * factor);
        return result;
    }

    /// <summary>Product, or null where it grows too large.</summary>
    public Polynomial? Times(Polynomial other, WorkBudget budget)
    {
        if ((long)Count * other.Count > 1500 || !budget.Spend(1 + (long)Count * other.Count * (16 + 4 * (Width + other.Width)))) return null;
        var result = new Polynomial();
        foreach (var (left, a) in terms)
            foreach (var (right, b) in other.terms)
            {
                var coefficient = a * b;
                if (coefficient.Bits > 20_000 || !budget.Spend(a, b)) return null;
                var product = Monomial.Multiply(left, right, ref coefficient);
                result.Add(product, coefficient);
            }
        return result;
    }
}
