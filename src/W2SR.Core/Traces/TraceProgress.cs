namespace W2SR.Core.Traces;

/// <summary>How far a generation of traces is.</summary>
/// <param name="Done">Traces that are there.</param>
/// <param name="Total">Traces wanted.</param>
/// <param name="TokensPerSecond">Response tokens a second in this call; 0 at first.</param>
/// <param name="Remaining">Expected time left, by the samples of this call.</param>
public sealed record TraceProgress(int Done, int Total, double TokensPerSecond, TimeSpan Remaining);
