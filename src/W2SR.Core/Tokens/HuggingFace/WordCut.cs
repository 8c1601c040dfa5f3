using W2SR.Core.Tokens.Words;

namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>The pre-tokenization steps we know.</summary>
internal enum WordCut
{
    /// <summary><see cref="Gpt2Splitter"/>.</summary>
    Gpt2,

    /// <summary><see cref="Cl100kSplitter"/> with single digits.</summary>
    Qwen,

    /// <summary><see cref="Cl100kSplitter"/> with up to three digits.</summary>
    Llama3,

    /// <summary><see cref="CasedSplitter"/> with single digits and no contractions: Mistral's Tekken.</summary>
    Tekken,

    /// <summary><see cref="CasedSplitter"/> with up to three digits and contractions: GPT-4o.</summary>
    Gpt4o,

    /// <summary><see cref="DigitSplitter"/>, each number alone.</summary>
    EachDigit,

    /// <summary><see cref="DigitSplitter"/>, numbers in runs.</summary>
    DigitRuns,
}

/// <summary>Splitters and patterns of the steps.</summary>
internal static class WordCuts
{
    public static WordSplitter Splitter(this WordCut cut) => cut switch
    {
        WordCut.Gpt2 => new Gpt2Splitter(),
        WordCut.Qwen => new Cl100kSplitter(maxDigits: 1),
        WordCut.Llama3 => new Cl100kSplitter(maxDigits: 3),
        WordCut.Tekken => new CasedSplitter(maxDigits: 1, contractions: false),
        WordCut.Gpt4o => new CasedSplitter(maxDigits: 3, contractions: true),
        WordCut.EachDigit => new DigitSplitter(individual: true),
        WordCut.DigitRuns => new DigitSplitter(individual: false),
        _ => throw new ArgumentOutOfRangeException(nameof(cut), cut, "Unknown cut."),
    };

    /// <summary>The pattern by which a <c>Split</c> pre-tokenizer does the step.</summary>
    public static string Pattern(this WordCut cut) => cut switch
    {
        WordCut.Gpt2 => Gpt2Splitter.Pattern,
        WordCut.Qwen => Cl100kSplitter.QwenPattern,
        WordCut.Llama3 => Cl100kSplitter.Llama3Pattern,
        WordCut.Tekken => CasedSplitter.TekkenPattern,
        WordCut.Gpt4o => CasedSplitter.Gpt4oPattern,
        _ => throw new ArgumentOutOfRangeException(nameof(cut), cut, "Not a pattern."),
    };

    /// <summary>The step that a pattern of a <c>Split</c> pre-tokenizer stands for, or null.</summary>
    public static WordCut? FindByPattern(string pattern) => pattern switch
    {
        Gpt2Splitter.Pattern => WordCut.Gpt2,
        Cl100kSplitter.QwenPattern => WordCut.Qwen,
        Cl100kSplitter.Llama3Pattern => WordCut.Llama3,
        CasedSplitter.TekkenPattern => WordCut.Tekken,
        CasedSplitter.Gpt4oPattern => WordCut.Gpt4o,
        _ => null,
    };
}
