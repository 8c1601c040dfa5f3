namespace W2SR.Core.Tests.Infrastructure;

/// <summary>Tests that count live tensors of the whole process, or set its thread count, run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TensorCountingCollection
{
    public const string Name = "runs alone: counts tensors or sets threads";
}
