namespace W2SR.Core.Experiments.Planning;

/// <summary>A time that somebody published, with where it stands.</summary>
/// <param name="Route">"W2SR" or "GRPO".</param>
/// <param name="DeviceHours">Device hours.</param>
/// <param name="Source">Paper and table.</param>
public sealed record PublishedTime(string Route, double DeviceHours, string Source);
