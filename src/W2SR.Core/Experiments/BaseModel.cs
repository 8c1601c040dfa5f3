namespace W2SR.Core.Experiments;

/// <summary>A model that is there before anything is taught: trained from nothing on the procedural world, or a checkpoint.</summary>
public sealed record BaseModel
{
    /// <summary>A model that is pre-trained here, for the route world; null where <see cref="Checkpoint"/> is given.</summary>
    public RouteModel? Architecture { get; init; }

    /// <summary>A Hugging Face folder or a <c>.gguf</c> file, relative to the experiment's file; null where <see cref="Architecture"/> is given.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Learning rate of GRPO on this model; null for that of the training settings.</summary>
    public double? ReinforcementLearningRate { get; init; }

    /// <summary>Checks that it is one of both kinds.</summary>
    /// <exception cref="ArgumentException">It is neither or both, or a value lies outside its range.</exception>
    public void Validate()
    {
        if (Architecture is null == Checkpoint is null) throw new ArgumentException("give either architecture (trained here) or checkpoint (a path), not both or neither.");
        if (Checkpoint is { Length: 0 }) throw new ArgumentException("checkpoint is empty.");
        Architecture?.Validate();
        if (ReinforcementLearningRate is { } rate && !(rate > 0 && rate < 1)) throw new ArgumentOutOfRangeException(nameof(ReinforcementLearningRate), rate, "It must lie between 0 and 1.");
    }
}
