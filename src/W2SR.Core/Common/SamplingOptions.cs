namespace W2SR.Core.Common;

/// <summary>How tokens are drawn from a model's distribution. Filters apply in the order of transformers: repetition penalty, temperature, top-k, top-p, min-p.</summary>
public sealed record SamplingOptions
{
    /// <summary>Divides the logits; 0 is greedy decoding. Default 0.6, the evaluation temperature common for reasoning models (DeepSeek-R1, arXiv:2501.12948).</summary>
    public double Temperature { get; init; } = 0.6;

    /// <summary>Keeps the smallest set of tokens whose probabilities reach this sum; 1 keeps all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Keeps the k most probable tokens (ties with the k-th included); 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Drops tokens below this fraction of the most probable token's probability; 0 keeps all.</summary>
    public double MinP { get; init; }

    /// <summary>Divides positive and multiplies negative logits of tokens already seen (prompt included); 1 changes nothing.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Tokens to generate at most, the end token counted. Default 2048.</summary>
    public int MaxNewTokens { get; init; } = 2048;

    /// <summary>Texts that end a response; what stands before the first of them is kept. Empty for none.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Ends a sequence that goes round in a loop (it is flagged in any case).</summary>
    public bool StopAtRepetition { get; init; }

    /// <summary>Samples for each problem. Default 1, as in the paper.</summary>
    public int SamplesPerProblem { get; init; } = 1;

    /// <summary>Seed of the run; each sample draws from its own <see cref="RandomStream"/> made of seed, problem and sample index.</summary>
    public ulong Seed { get; init; }

    /// <summary>True when the most probable token is always taken.</summary>
    public bool IsGreedy => Temperature == 0;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range; the message names it.</exception>
    /// <exception cref="ArgumentException">A stop string is empty.</exception>
    public void Validate()
    {
        RequireFinite(Temperature, nameof(Temperature), 0, 100);
        RequireFinite(TopP, nameof(TopP), double.Epsilon, 1);
        RequireFinite(MinP, nameof(MinP), 0, 1);
        RequireFinite(RepetitionPenalty, nameof(RepetitionPenalty), double.Epsilon, 100);
        ArgumentOutOfRangeException.ThrowIfNegative(TopK);
        ArgumentNullException.ThrowIfNull(StopStrings);
        if (StopStrings.Any(string.IsNullOrEmpty)) throw new ArgumentException("A stop string is empty; it would end every response at once.");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SamplesPerProblem, 1);
    }

    private static void RequireFinite(double value, string name, double low, double high)
    {
        if (!(value >= low && value <= high))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must lie between {(low == double.Epsilon ? "0 (exclusive)" : low)} and {high}.");
    }
}
