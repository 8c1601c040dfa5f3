namespace W2SR.Core.Experiments.Planning;

/// <summary>Memory of the student's training on one device of a cluster.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Strategy">What is shared out.</param>
/// <param name="Memory">By what it holds.</param>
/// <param name="Fits">True when it leaves a tenth of the device free.</param>
public sealed record LargeRunMemory(GpuCluster Cluster, ShardingStrategy Strategy, TrainingMemory Memory, bool Fits);
