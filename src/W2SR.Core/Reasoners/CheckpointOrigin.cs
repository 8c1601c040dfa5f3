using W2SR.Core.Checkpoints;

namespace W2SR.Core.Reasoners;

/// <summary>What a loaded model keeps of its checkpoint so that it can be saved as what it was.</summary>
/// <param name="Config">Its configuration, with every key of <c>config.json</c> where there was one.</param>
/// <param name="Generation">Its generation configuration.</param>
/// <param name="StorageTypes">How each tensor was stored, by name.</param>
/// <param name="TemplateFiles">Files of the chat template that stand apart from the tokenizer's, by name.</param>
internal sealed record CheckpointOrigin(
    CheckpointConfig Config, GenerationConfig Generation, IReadOnlyDictionary<string, string> StorageTypes,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> TemplateFiles);
