namespace W2SR.Core.Experiments.Results;

/// <summary>Traces that an arm learned from.</summary>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Arm">The arm.</param>
/// <param name="Teacher">Who wrote.</param>
/// <param name="File">The trace file, relative to the run folder.</param>
/// <param name="Problems">The problems as a benchmark file, relative to the run folder.</param>
/// <param name="Written">Traces in the file.</param>
/// <param name="Correct">Those with the right answer.</param>
/// <param name="Used">Those that the student learned from.</param>
public sealed record TracesRow(ulong Seed, string Arm, string Teacher, string File, string Problems, int Written, int Correct, int Used);
