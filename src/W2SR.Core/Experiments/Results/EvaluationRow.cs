namespace W2SR.Core.Experiments.Results;

/// <summary>Where one model's responses and verdicts lie.</summary>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Model">The model.</param>
/// <param name="Temperature">0 is greedy.</param>
/// <param name="Verifier">Who judged.</param>
/// <param name="Folder">The evaluation folder (<see cref="Evaluation.EvaluationStore"/>), relative to the run folder.</param>
/// <param name="Problems">The problems as a benchmark file, relative to the run folder.</param>
public sealed record EvaluationRow(ulong Seed, string Model, double Temperature, string Verifier, string Folder, string Problems);
