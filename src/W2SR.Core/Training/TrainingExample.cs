namespace W2SR.Core.Training;

/// <summary>One sequence to learn from: what is read, and what should be written after it.</summary>
/// <param name="PromptIds">Read only; carries no loss. At least one id.</param>
/// <param name="ResponseIds">Supervised, the end token included when there is one. At least one id.</param>
public sealed record TrainingExample(int[] PromptIds, int[] ResponseIds)
{
    /// <summary>What errors call it, such as the problem's id and the sample's number; null for none.</summary>
    public string? Id { get; init; }

    /// <summary>Tokens in all.</summary>
    public int Length => PromptIds.Length + ResponseIds.Length;
}
