namespace W2SR.Core.Problems;

/// <summary>A question with its reference answer.</summary>
/// <param name="Id">Unique within its set, and stable: stores, seeds and paired tests are keyed by it.</param>
/// <param name="Question">The text that the prompt wraps.</param>
/// <param name="Answer">The reference answer ("gold"): the bare final answer, LaTeX or plain.</param>
public sealed record Problem(string Id, string Question, string Answer)
{
    /// <summary>The data set it comes from, such as "gsm8k/train"; null when unknown.</summary>
    public string? Source { get; init; }

    /// <summary>Difficulty as the data set states it (MATH: 1 to 5; procedural: number of steps); null when unknown.</summary>
    public int? Level { get; init; }

    /// <summary>Subject as the data set states it; null when unknown.</summary>
    public string? Subject { get; init; }

    /// <summary>A reference solution that ends in the answer; null when there is none. Training on it is the "gold" control.</summary>
    public string? Solution { get; init; }
}
