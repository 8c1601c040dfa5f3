namespace W2SR.Core.Traces;

/// <summary>What a trace file holds at one moment.</summary>
/// <param name="Traces">Every whole line, in the order in which they were finished.</param>
/// <param name="TornBytes">
/// Bytes of a last line that has no end yet: a process is writing it now, or died in the middle of it. 0 when there is none.
/// <see cref="TraceStore.Open"/> takes it away, and its sample is made again.
/// </param>
public sealed record TraceFileContent(IReadOnlyList<Trace> Traces, int TornBytes);
