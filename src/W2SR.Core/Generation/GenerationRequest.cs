using W2SR.Core.Common;

namespace W2SR.Core.Generation;

/// <summary>One sequence to generate.</summary>
/// <param name="PromptIds">The prompt, at least one id.</param>
/// <param name="Random">Draws one number for each new token; unused when greedy.</param>
public sealed record GenerationRequest(int[] PromptIds, RandomStream Random);
