using W2SR.Core.Common;

namespace W2SR.Samples.Evaluate;

/// <summary>What was asked for on the command line.</summary>
internal sealed record EvaluateSettings(string Benchmark, string Output, int? Limit, int? ChunkSize, SamplingOptions Sampling)
{
    /// <summary>A prompt with worked examples, kept as data; null for the paper's prompt.</summary>
    public string? FewShotFile { get; init; }

    /// <summary>Seed of the order of multiple-choice options.</summary>
    public ulong OptionSeed { get; init; }
}
