namespace W2SR.Core.Experiments.Stages;

/// <summary>What a stage is expected to take before it has run.</summary>
/// <param name="TokensGenerated">Tokens that a model writes.</param>
/// <param name="TokensTrained">Tokens that a gradient is taken over.</param>
/// <param name="Flops">Floating-point operations.</param>
internal readonly record struct StageEstimate(double TokensGenerated, double TokensTrained, double Flops);
