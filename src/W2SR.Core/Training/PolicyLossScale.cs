namespace W2SR.Core.Training;

/// <summary>What the sums of one micro-batch are divided by, so that the losses of all micro-batches add up to the update's.</summary>
/// <param name="Rows">Responses of the update, those that are masked or left out counted too.</param>
/// <param name="Tokens">Trained tokens that <see cref="PolicyLossType.Dapo"/> and its kin average over.</param>
/// <param name="MaxLength">Longest response allowed; <see cref="PolicyLossType.DrGrpo"/> divides by it.</param>
/// <param name="Share">This micro-batch's share of the update: the weight of its own means (<see cref="PolicyLossType.Bnpo"/>, the entropy bonus).</param>
internal readonly record struct PolicyLossScale(double Rows, double Tokens, double MaxLength, double Share);
