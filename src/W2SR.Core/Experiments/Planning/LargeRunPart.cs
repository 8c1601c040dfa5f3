namespace W2SR.Core.Experiments.Planning;

/// <summary>One part of a large run.</summary>
/// <param name="Name">Traces, student training, rollouts, updates, or scoring.</param>
/// <param name="Route">"W2SR" or "GRPO".</param>
/// <param name="Tokens">Tokens written, trained on or scored.</param>
/// <param name="Flops">Floating-point operations.</param>
/// <param name="DeviceHours">Hours of one device of each cluster, in their order.</param>
public sealed record LargeRunPart(string Name, string Route, double Tokens, double Flops, IReadOnlyList<double> DeviceHours);
