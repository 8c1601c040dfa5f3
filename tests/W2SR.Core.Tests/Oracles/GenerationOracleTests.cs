using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Oracles;

/// <summary>The engine against the plain way, on the tiny checkpoints of every family.</summary>
public sealed class GenerationOracleTests
{
    public static TheoryData<string> Families => [.. OracleModels.Names];

    /// <remarks>
    /// A one-row loop takes, at each step, the token with the highest logit after what stands before it. Read as a whole without a cache, the engine's own sequence shows all these
    /// steps at once. Steps whose two best logits are nearer than rounding may go either way; they are counted.
    /// </remarks>
    [SkippableTheory]
    [MemberData(nameof(Families))]
    public void Generate_200RaggedPromptsGreedy_TakesEveryStepOfTheOneRowLoop(string family)
    {
        using var oracle = OracleModels.Load(family);
        var random = new RandomStream(7, family);
        int[][] prompts = [.. Enumerable.Range(0, 200).Select(i => Enumerable.Range(0, 1 + i * 37 % 90).Select(_ => random.NextInt(oracle.Model.Config.VocabularySize)).ToArray())];
        foreach (var options in new GeneratorOptions[] { new() { MaxRows = 24, PromptTokensAtOnce = 64 }, new() { MaxRows = 24, PromptTokensAtOnce = 64, UsesOperators = true } })
        {
            var requests = prompts.Select((p, i) => new GenerationRequest(p, new RandomStream(0, "greedy"), 4 + i % 13)).ToArray();
            var sequences = new SequenceGenerator(oracle.Model, [], options).Generate(requests, new SamplingOptions { Temperature = 0 });
            int steps = 0, ties = 0;
            for (var i = 0; i < prompts.Length; i++)
            {
                using var scope = NewDisposeScope();
                Assert.Equal(4 + i % 13, sequences[i].Ids.Length);
                var logits = oracle.LogitsOf([.. prompts[i], .. sequences[i].Ids]).narrow(0, prompts[i].Length - 1, sequences[i].Ids.Length);
                var (best, ids) = logits.topk(2, -1);
                var (margins, winners) = (best.data<float>().ToArray(), ids.data<long>().ToArray());
                for (var t = 0; t < sequences[i].Ids.Length; t++, steps++)
                {
                    if (margins[2 * t] - margins[2 * t + 1] < 1e-4) ties++;
                    else Assert.Equal(winners[2 * t], sequences[i].Ids[t]);
                }
            }
            Assert.True(ties < steps / 100, $"{family}: {ties} near-ties in {steps} steps");
        }
    }
}
