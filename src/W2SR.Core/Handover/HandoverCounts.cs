namespace W2SR.Core.Handover;

/// <summary>What became of the traces (or problems) that were given; every one is counted once.</summary>
/// <param name="Given">All.</param>
/// <param name="NotSelected">Left out by the selection.</param>
/// <param name="Empty">Without a word: the engines would train "say nothing".</param>
/// <param name="CutOff">Cut off rather than ended by the teacher.</param>
/// <param name="OverLong">Longer than the limit: LLaMA-Factory and TRL would cut them in silence, verl would stop in mid-training.</param>
/// <param name="Training">Handed over for training.</param>
/// <param name="Validation">Handed over for validation.</param>
public sealed record HandoverCounts(int Given, int NotSelected, int Empty, int CutOff, int OverLong, int Training, int Validation);
