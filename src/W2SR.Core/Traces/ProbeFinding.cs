namespace W2SR.Core.Traces;

/// <summary>What a probe found at one server.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Server">Its address, without secrets.</param>
/// <param name="Message">What is so, and what to do about it.</param>
public sealed record ProbeFinding(ProbeSeverity Severity, string Server, string Message);
