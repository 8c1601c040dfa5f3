using W2SR.Core.Prompts;

namespace W2SR.Core.Handover;

/// <summary>How the student reads text: what is measured and checked before anything is handed over.</summary>
/// <param name="Template">The student's own chat template (<see cref="ChatTemplateFiles.Load"/>).</param>
/// <param name="Encode">Text to token ids, special tokens in the text read as such, none added.</param>
/// <param name="Decode">Token ids to text, special tokens left out.</param>
/// <param name="EndIds">The tokens that end a response.</param>
public sealed record StudentText(ChatTemplate Template, Func<string, int[]> Encode, Func<int[], string> Decode, IReadOnlyList<int> EndIds);
