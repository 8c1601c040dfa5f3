namespace W2SR.Core.Problems;

/// <summary>The forms of benchmark files, told apart by the keys of a line.</summary>
public enum BenchmarkFormat
{
    /// <summary>Ours: question and answer, and any of id, source, level, subject, solution.</summary>
    Own,

    /// <summary>GSM8K: question, and an answer that ends in <c>#### n</c>.</summary>
    Gsm8k,

    /// <summary>MATH: problem, level ("Level 3"), type, solution with its last <c>\boxed</c>.</summary>
    Math,

    /// <summary>MATH-500: problem, answer, level (a number), subject, solution.</summary>
    Math500,

    /// <summary>OlympiadBench, open-ended text-only mathematics: question, final_answer (a list), subfield.</summary>
    OlympiadBench,

    /// <summary>Minerva: problem, solution with its last <c>\boxed</c>, type, idx.</summary>
    Minerva,

    /// <summary>AMC23, AIME24, AIME25: problem, answer, id.</summary>
    Competition,

    /// <summary>GPQA: Question, Correct Answer, Incorrect Answer 1 to 3; becomes multiple choice with options shuffled by the seed.</summary>
    Gpqa,

    /// <summary>SVAMP: Body, Question, Answer.</summary>
    Svamp,

    /// <summary>MAWPS subsets: input, target.</summary>
    Mawps,
}
