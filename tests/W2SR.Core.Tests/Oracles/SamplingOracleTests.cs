using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Filtered next-token distributions of transformers' logits processors.</summary>
public sealed class SamplingOracleTests
{
    [SkippableFact]
    public void Filter_EveryCase_LeavesTheSameDistribution()
    {
        using var json = OracleData.Json("sampling/filtered.json");
        var cases = 0;
        foreach (var item in json.RootElement.EnumerateArray())
        {
            double Option(string name, double otherwise) => item.GetProperty("options").TryGetProperty(name, out var v) ? v.GetDouble() : otherwise;
            var options = new SamplingOptions
            {
                Temperature = Option("temperature", 1),
                TopK = (int)Option("top_k", 0),
                TopP = Option("top_p", 1),
                MinP = Option("min_p", 0),
                RepetitionPenalty = Option("repetition_penalty", 1),
            };
            double[] weights = [.. item.GetProperty("logits").EnumerateArray().Select(v => v.GetDouble())];
            double[] expected = [.. item.GetProperty("probabilities").EnumerateArray().Select(v => v.GetDouble())];
            int[] previous = [.. item.GetProperty("previous").EnumerateArray().Select(v => v.GetInt32())];
            var total = TokenSampler.Filter(weights, options, previous);
            cases++;
            // Where logits tie, only how many tokens are kept is defined (README beside the file).
            if (weights.Where(w => w > 0).Distinct().Count() < weights.Count(w => w > 0) || expected.Where(p => p > 0).Distinct().Count() < expected.Count(p => p > 0))
            {
                Assert.Equal(expected.Count(p => p > 0), weights.Count(w => w > 0));
                continue;
            }
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], weights[i] / total, 1e-9);
        }
        Assert.True(cases > 0);
    }
}
