namespace W2SR.Core.Evaluation.Cost;

/// <summary>A stage's operations on some hardware.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Model">The model.</param>
/// <param name="DeviceHours">Hours of one device.</param>
/// <param name="Price">In the currency of the hardware's price.</param>
public sealed record ScaledCost(string Stage, string Model, double DeviceHours, double Price);
