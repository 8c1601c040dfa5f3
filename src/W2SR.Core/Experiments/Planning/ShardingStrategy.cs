namespace W2SR.Core.Experiments.Planning;

/// <summary>What the devices of a data-parallel training share out among themselves.</summary>
/// <remarks>ZeRO (arXiv:1910.02054), section 5; PyTorch FSDP (arXiv:2304.11277).</remarks>
public enum ShardingStrategy
{
    /// <summary>Nothing: each device holds everything.</summary>
    Ddp,

    /// <summary>Optimizer state.</summary>
    Zero1,

    /// <summary>Optimizer state and gradients.</summary>
    Zero2,

    /// <summary>Optimizer state, gradients and weights, gathered layer by layer.</summary>
    Zero3,

    /// <summary>The same as <see cref="Zero3"/>, by PyTorch's FSDP with float32 master weights sharded and bfloat16 copies gathered.</summary>
    Fsdp,
}
