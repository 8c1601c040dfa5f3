using System.Diagnostics;
using W2SR.Core.Benchmarks.Ratios;

namespace W2SR.Core.Benchmarks.Tokens;

/// <summary>Speed of encoding, on one thread.</summary>
internal static class TokenizerRatios
{
    private const string Texts = "problems and solutions of MATH (train), one thread, words cached after the first pass in both";

    public static IReadOnlyList<Ratio> List { get; } =
    [
        // Within 1.5 times of theirs: 1 / 1.5.
        new("tokenizer-vs-mlnet", 0.667, "time of Microsoft.ML.Tokenizers' quicker tokenizer (Bpe or Tiktoken) over ours", $"Qwen3, {Texts}", () => AgainstMlNet("qwen3")),
        new("tokenizer-vs-mlnet-llama", 0.667, "time of Microsoft.ML.Tokenizers' quicker tokenizer (Bpe or Tiktoken) over ours", $"Llama 3.1, {Texts}", () => AgainstMlNet("llama3_1")),
        new("tokenizer-million-tokens-per-second", 1, "million tokens a second", $"Qwen3, {Texts}", () => MillionTokensPerSecond("qwen3")),
    ];

    private static double AgainstMlNet(string name)
    {
        var work = TokenizerWork.Load(name);
        return Math.Min(
            RatioRunner.TimeRatio(() => work.EncodePairs(), () => work.EncodeOurs()),
            RatioRunner.TimeRatio(() => work.EncodeTiktoken(), () => work.EncodeOurs()));
    }

    private static double MillionTokensPerSecond(string name)
    {
        var work = TokenizerWork.Load(name);
        work.EncodeOurs();
        var best = 0.0;
        for (var round = 0; round < 5; round++)
        {
            var clock = Stopwatch.StartNew();
            best = Math.Max(best, work.EncodeOurs() / clock.Elapsed.TotalSeconds / 1e6);
        }
        return best;
    }
}
