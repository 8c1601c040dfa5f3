using TorchSharp;
using W2SR.Core.Checkpoints;

namespace W2SR.Core.Reasoners;

/// <summary>How a model is written.</summary>
public sealed record SaveOptions
{
    /// <summary>
    /// The type of the weights in the files. Null, the default, loses nothing: each tensor gets the type it was loaded from where every number
    /// of the model survives that, otherwise all get the type that the model has in memory. A shorter type rounds.
    /// </summary>
    public torch.ScalarType? WeightType { get; init; }

    /// <summary>Bytes of one weights file at most; more go into shards with an index. Default 5 GB, as in transformers.</summary>
    public long MaxShardBytes { get; init; } = SafetensorsWriter.DefaultShardBytes;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxShardBytes, 1);
        if (WeightType is { } type and not (torch.ScalarType.Float32 or torch.ScalarType.Float64 or torch.ScalarType.BFloat16 or torch.ScalarType.Float16))
            throw new ArgumentException($"Weights are stored as float32, float64, bfloat16 or float16, not as {type}.");
    }
}
