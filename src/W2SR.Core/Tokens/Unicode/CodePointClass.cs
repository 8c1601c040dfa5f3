namespace W2SR.Core.Tokens.Unicode;

/// <summary>What pre-tokenizers ask about a code point.</summary>
[Flags]
internal enum CodePointClass : ushort
{
    /// <summary>Punctuation, symbols, marks, controls, unassigned.</summary>
    Other = 0,

    /// <summary><c>\p{L}</c>.</summary>
    Letter = 1,

    /// <summary><c>\p{N}</c> of the regex engine.</summary>
    Number = 2,

    /// <summary><c>\s</c>: White_Space.</summary>
    Space = 4,

    /// <summary>What the <c>Digits</c> pre-tokenizer takes: <c>\p{N}</c> of a newer Unicode.</summary>
    Digit = 8,

    /// <summary>Carriage return and line feed.</summary>
    Newline = 16,

    /// <summary>Not proof against NFC: it decomposes, composes with what stands before it, or has a combining class.</summary>
    NormalizationAware = 32,

    /// <summary>Upper or title case: <c>\p{Lu}</c>, <c>\p{Lt}</c>.</summary>
    Upper = 64,

    /// <summary>Half of a pair, in the table of UTF-16 units only: look at the code point instead.</summary>
    Surrogate = 128,

    /// <summary>Lower case: <c>\p{Ll}</c>.</summary>
    Lower = 256,

    /// <summary><c>\p{M}</c>.</summary>
    Mark = 512,
}
