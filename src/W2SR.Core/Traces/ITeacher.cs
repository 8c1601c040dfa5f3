namespace W2SR.Core.Traces;

/// <summary>A reasoner whose traces others learn from.</summary>
public interface ITeacher : IReasoner
{
    /// <summary>Number of parameters, or null when it is remote and unknown.</summary>
    long? ParameterCount { get; }
}
