using W2SR.Core.Checkpoints;

namespace W2SR.Core.Models;

/// <summary>A model with the checkpoint it came from.</summary>
/// <param name="Model">The model; owned by whoever asked for it.</param>
/// <param name="Checkpoint">What the checkpoint says of itself.</param>
/// <param name="StorageTypes">How each tensor was stored (<c>F32</c>, <c>BF16</c>, <c>Q4_K</c>), by its Hugging Face name.</param>
/// <param name="Warnings">What a user should know, such as NaN among the weights; empty when there is nothing.</param>
public sealed record LoadedModel(
    CausalLm Model, CheckpointConfig Checkpoint, IReadOnlyDictionary<string, string> StorageTypes, IReadOnlyList<string> Warnings);
