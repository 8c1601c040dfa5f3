namespace W2SR.Core.Verification;

/// <summary>What <see cref="AnswerExtractor"/> found in a response.</summary>
/// <param name="Text">The answer as it stands there, without blanks around it, or null when the response states none.</param>
/// <param name="Rule">The rule that decided; it also says where an answer is missing (an empty box: null text, <see cref="ExtractionRule.Boxed"/>).</param>
/// <param name="HasInventedTurn">True when the model went on as somebody else ("user:"); the text from there on was ignored.</param>
public readonly record struct ExtractedAnswer(string? Text, ExtractionRule Rule, bool HasInventedTurn = false);
