namespace W2SR.Core.Experiments.Stages;

/// <summary>Mean lengths of sequences in tokens, known or guessed before anything has run.</summary>
/// <param name="Prompt">Of a prompt.</param>
/// <param name="Worked">Of a response that shows work, where a model writes it.</param>
internal sealed record SequenceLengths(double Prompt, double Worked);
