using System.CommandLine;
using W2SR.Core.Common;

namespace W2SR.Samples.Handover;

/// <summary>How an engine drew its responses; it becomes part of the conditions that comparisons hold against each other.</summary>
internal static class SamplingArguments
{
    private static readonly Option<double> Temperature = new("--temperature") { Description = "How the engine drew.", DefaultValueFactory = _ => 0.6 };
    private static readonly Option<double> TopP = new("--top-p") { Description = "How the engine drew.", DefaultValueFactory = _ => 0.95 };
    private static readonly Option<int> TopK = new("--top-k") { Description = "How the engine drew." };
    private static readonly Option<int> MaxTokens = new("--max-tokens") { Description = "New tokens at most.", DefaultValueFactory = _ => 4096 };
    private static readonly Option<int> Samples = new("--samples") { Description = "Responses for each problem.", DefaultValueFactory = _ => 1 };

    public static IReadOnlyList<Option> All => [Temperature, TopP, TopK, MaxTokens, Samples];

    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    public static SamplingOptions Read(ParseResult parsed)
    {
        var sampling = new SamplingOptions
        {
            Temperature = parsed.GetValue(Temperature),
            TopP = parsed.GetValue(TopP),
            TopK = parsed.GetValue(TopK),
            MaxNewTokens = parsed.GetValue(MaxTokens),
            SamplesPerProblem = parsed.GetValue(Samples),
        };
        sampling.Validate();
        return sampling;
    }
}
