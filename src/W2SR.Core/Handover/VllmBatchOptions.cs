using W2SR.Core.Common;

namespace W2SR.Core.Handover;

/// <summary>Generation over problems by <c>vllm run-batch</c>, without a server.</summary>
public sealed record VllmBatchOptions
{
    /// <summary>How responses are drawn. Every key is sent: what is missing would come from the model's own generation settings.</summary>
    public SamplingOptions Sampling { get; init; } = new() { Temperature = 0.6, TopP = 0.95, MaxNewTokens = 4096, SamplesPerProblem = 4, Seed = 42 };

    /// <summary>Name in the requests, and of the served model. Default "teacher".</summary>
    public string ServedName { get; init; } = "teacher";

    /// <summary>Asks for the log-probability of each token drawn. Default true.</summary>
    public bool LogProbabilities { get; init; } = true;

    /// <summary>Tokens of prompt and response together at most. Default 8192.</summary>
    public int MaxModelLength { get; init; } = 8192;

    /// <summary>GPUs that one copy of the model is split over. Default 1.</summary>
    public int TensorParallel { get; init; } = 1;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range, or vLLM would read it as something else.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Sampling);
        Sampling.Validate();
        if (ServedName.Length == 0 || !ServedName.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/'))
            throw new ArgumentException($"{nameof(ServedName)} \"{ServedName}\" goes through the shell: letters, digits and - _ . / only.");
        ArgumentOutOfRangeException.ThrowIfLessThan(TensorParallel, 1);
        if (Sampling.IsGreedy && Sampling.SamplesPerProblem > 1) throw new ArgumentException("Temperature 0 draws the same response every time; vLLM refuses more than one sample.");
        if (Sampling.Seed > long.MaxValue) throw new ArgumentException("vLLM takes seeds up to 2^63 - 1.");
        if (Sampling.MaxNewTokens >= MaxModelLength) throw new ArgumentException($"{nameof(MaxModelLength)} {MaxModelLength} leaves no room for a prompt before {Sampling.MaxNewTokens} new tokens.");
    }
}
