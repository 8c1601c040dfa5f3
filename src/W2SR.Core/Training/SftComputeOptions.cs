using TorchSharp;

namespace W2SR.Core.Training;

/// <summary>How a fine-tuning is computed: what it costs in time and memory. None of it changes what is learned, beyond rounding.</summary>
public sealed record SftComputeOptions
{
    /// <summary>Padded tokens that go through the model together; bounds memory. Default 8192.</summary>
    public int MicroBatchTokens { get; init; } = 8192;

    /// <summary>Packs a micro-batch into one row without padding, each sample attending to itself alone. Default false: batches of like length have little padding.</summary>
    public bool Packing { get; init; }

    /// <summary>Keeps only each block's input and computes the block again on the way back. Default false.</summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>Type that forward and backward compute in; weights, gradients and moments stay float32. Null, the default, for the model's own; bfloat16 pays where the processor has AMX, AVX512_BF16 or is a GPU.</summary>
    public torch.ScalarType? Type { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MicroBatchTokens, 1);
        if (Type is { } type and not (torch.ScalarType.Float32 or torch.ScalarType.Float64 or torch.ScalarType.BFloat16))
            throw new ArgumentOutOfRangeException(nameof(Type), type, "Training computes in BFloat16, Float32 or Float64; Float16 would need its loss scaled.");
    }
}
