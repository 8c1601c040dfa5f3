namespace W2SR.Core.Experiments.Stages;

/// <summary>Tokens of a prompt and of a response that is there already, its end-of-turn token counted.</summary>
internal readonly record struct SequenceLength(int Prompt, int Response);
