using W2SR.Core.Common;

namespace W2SR.Core.Generation;

/// <summary>One sequence to generate.</summary>
/// <param name="PromptIds">The prompt, at least one id. Requests with the same prompt have it read once.</param>
/// <param name="Random">Draws one number for each new token; unused when greedy.</param>
/// <param name="MaxNewTokens">Tokens to generate at most; null for the sampling options' own limit.</param>
public sealed record GenerationRequest(int[] PromptIds, RandomStream Random, int? MaxNewTokens = null);
