namespace W2SR.Core.Traces;

/// <summary>How much a finding of a probe matters.</summary>
public enum ProbeSeverity
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>Traces can be made, but lack something or are not what one may think.</summary>
    Warning,

    /// <summary>Requests will fail.</summary>
    Error,
}
