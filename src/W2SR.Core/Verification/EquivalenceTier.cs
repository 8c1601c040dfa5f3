namespace W2SR.Core.Verification;

/// <summary>The kind of comparison that decided a verdict, from the cheapest to the last resort.</summary>
public enum EquivalenceTier
{
    /// <summary>Equal text after normalisation.</summary>
    Textual,

    /// <summary>Equal structure.</summary>
    Structural,

    /// <summary>Exact arithmetic.</summary>
    Exact,

    /// <summary>Equal canonical polynomials or rational functions.</summary>
    Polynomial,

    /// <summary>Numeric evaluation at deterministic points.</summary>
    Numeric,

    /// <summary>A decimal against an exact value, by the number of correct places.</summary>
    Decimal,
}
