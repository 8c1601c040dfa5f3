namespace W2SR.Core.Verification;

/// <summary>The four ends of a verification.</summary>
public enum VerdictOutcome
{
    /// <summary>An answer was found and equals the reference.</summary>
    Correct,

    /// <summary>An answer was found and differs from the reference.</summary>
    Incorrect,

    /// <summary>The response states no answer.</summary>
    NoAnswer,

    /// <summary>The reference answer itself was not understood; the response is not to blame.</summary>
    Unverifiable,
}
