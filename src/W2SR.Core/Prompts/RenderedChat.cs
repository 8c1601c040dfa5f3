using W2SR.Core.Common;

namespace W2SR.Core.Prompts;

/// <summary>What a chat template made of a conversation.</summary>
/// <param name="Text">The text a model is given.</param>
/// <param name="AssistantSpans">What the assistant wrote, where the template marks it with <c>{% generation %}</c>; otherwise empty.</param>
public sealed record RenderedChat(string Text, IReadOnlyList<TextSpan> AssistantSpans);
