namespace W2SR.Core.Verification;

/// <summary>Which rule found the answer in a response, in the order they are tried.</summary>
public enum ExtractionRule
{
    /// <summary>No rule found an answer.</summary>
    None,

    /// <summary>The last <c>\boxed</c> or <c>\fbox</c>.</summary>
    Boxed,

    /// <summary>The last <c>#### x</c> (GSM8K).</summary>
    HashMarks,

    /// <summary>The last "the answer is x".</summary>
    AnswerPhrase,

    /// <summary>The whole response is nothing but an answer.</summary>
    Bare,

    /// <summary>The last mathematical expression in the text; off by default.</summary>
    LastExpression,
}
